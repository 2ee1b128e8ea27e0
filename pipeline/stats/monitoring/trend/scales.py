"""The scales on which a trend may be straight: logit, angle, and the share itself.

To three years past the last wave they agree; ten years on the choice between them outweighs
the sampling error, so a forecast is told on all three.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Scale:
    """An increasing transformation of shares.

    Attributes:
        name: as configuration and tables call it.
        forward: shares to the scale.
        inverse: any number of the scale to [0, 1]; beyond the scale's ends it stays there.
        derivative: of `forward`, by the share.
    """

    name: str
    forward: Callable[[FloatArray], FloatArray]
    inverse: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]

    def value(self, share: FloatArray | float) -> FloatArray:
        """Shares on the scale.

        Raises:
            ContractError: a share is not strictly between 0 and 1.
        """
        return self.forward(_inside(share))

    def share(self, value: FloatArray | float) -> FloatArray:
        """Values of the scale as shares."""
        return self.inverse(np.asarray(value, dtype=np.float64))

    def slope(self, share: FloatArray | float) -> FloatArray:
        """How far the scale moves for a small move of the share."""
        return self.derivative(_inside(share))

    def variance(self, share: FloatArray, se: FloatArray) -> FloatArray:
        """Sampling variances on the scale by the delta method, (f'(p) se)^2."""
        return np.asarray((self.slope(share) * se) ** 2)


def spread_factor(scale: Scale, *, at: float) -> float:
    """What turns a prior spread stated on the logit scale into one of this scale.

    f'(p) / logit'(p) at one share, so that all scales expect equal moves there.

    Args:
        scale: where the spread is wanted.
        at: share near which the series moves.
    """
    return float(scale.slope(at) / LOGIT.slope(at))


def _inside(share: FloatArray | float) -> FloatArray:
    shares = np.asarray(share, dtype=np.float64)
    outside = int((~((shares > 0) & (shares < 1))).sum())
    if outside:
        raise ContractError(
            "trend scale",
            f"expected shares strictly between 0 and 1, got {outside} others",
            hint="a wave of few interviews may have none; merge it with another",
        )
    return shares


LOGIT = Scale(
    "logit",
    lambda share: np.asarray(special.logit(share), dtype=np.float64),
    lambda value: np.asarray(special.expit(value), dtype=np.float64),
    lambda share: np.asarray(1 / (share * (1 - share))),
)
ANGLE = Scale(
    "angle",
    lambda share: np.asarray(np.arcsin(np.sqrt(share))),
    lambda value: np.asarray(np.sin(np.clip(value, 0, np.pi / 2)) ** 2),
    lambda share: np.asarray(1 / (2 * np.sqrt(share * (1 - share)))),
)
SHARE = Scale(
    "share",
    lambda share: share,
    lambda value: np.asarray(np.clip(value, 0, 1)),
    lambda share: np.ones_like(share),
)
SCALES = {scale.name: scale for scale in (LOGIT, ANGLE, SHARE)}
