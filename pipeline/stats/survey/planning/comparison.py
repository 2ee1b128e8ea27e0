"""Two groups of a survey compared: power, interviews, and the least difference that shows."""

from dataclasses import dataclass
from math import sqrt

from pipeline.stats.survey.planning.limits import cumulative, quantile, refuse_outside
from pipeline.stats.survey.planning.whole_sizes import PairSizes, rounded_up

_WHERE = "comparison of two shares"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoShares:
    """A comparison of two independent shares under one design.

    Attributes:
        share_1: share in the first group.
        share_2: share in the second group.
        first_part: part of all interviews that falls to the first group.
        alpha: level.
        sides: 1 or 2.
        pooled: whether the test takes the variance of the pooled share.
        deff: design effect.
        response: interviews per address.

    Source: Rosner (2006), section 10.5. Oracle: ReGenesees 2.4 n.comp2prop and its kin.
    """

    share_1: float
    share_2: float
    first_part: float = 0.5
    alpha: float = 0.05
    sides: int = 2
    pooled: bool = True
    deff: float = 1.0
    response: float = 1.0

    def __post_init__(self) -> None:
        """Refuse figures outside their limits."""
        refuse_outside(
            _WHERE, share_1=(self.share_1, "in (0, 1)"),
            share_2=(self.share_2, "in (0, 1)"), first_part=(self.first_part, "in (0, 1)"),
            alpha=(self.alpha, "in (0, 1)"), sides=(self.sides, "1 or 2"),
            deff=(self.deff, "above 0"), response=(self.response, "in (0, 1]"),
        )  # fmt: skip

    def power(self, n: float) -> float:
        """Probability of showing the difference with n addresses in both groups together."""
        refuse_outside(_WHERE, n=(n, "above 0"))
        distance = abs(self.share_2 - self.share_1) * sqrt(n * self.response / self.deff)
        return cumulative((distance - self._z_alpha * self._null) / self._spread)

    def least_detectable(self, n: float, *, power: float = 0.8) -> float:
        """Difference that n addresses show, with the variances at the two shares given."""
        refuse_outside(_WHERE, n=(n, "above 0"), power=(power, "in (0, 1)"))
        reach = self._z_alpha * self._null + quantile(power) * self._spread
        return reach * sqrt(self.deff / (n * self.response))

    def addresses(self, *, power: float = 0.8) -> PairSizes:
        """Addresses in either group that show the difference."""
        difference = abs(self.share_2 - self.share_1)
        refuse_outside(_WHERE, difference=(difference, "above 0"), power=(power, "in (0, 1)"))
        n = (self.least_detectable(1.0, power=power) / difference) ** 2
        parts = (self.first_part, 1 - self.first_part)
        return PairSizes(*(rounded_up(part * n) for part in parts))

    @property
    def _z_alpha(self) -> float:
        return quantile(1 - self.alpha / self.sides)

    @property
    def _spread(self) -> float:
        """Standard deviation of the difference times the root of all interviews."""
        one, two = self.share_1, self.share_2
        return sqrt(one * (1 - one) / self.first_part + two * (1 - two) / (1 - self.first_part))

    @property
    def _null(self) -> float:
        """The same if both shares were equal."""
        if not self.pooled:
            return self._spread
        mean = self.first_part * self.share_1 + (1 - self.first_part) * self.share_2
        return sqrt(mean * (1 - mean) / (self.first_part * (1 - self.first_part)))
