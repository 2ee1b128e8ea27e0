"""Item families as estimation sees them: log-probabilities and their slopes in the parameters.

Owns the parametrisation in which items are estimated (guessing on the logit scale), starting
values and the prior on guessing. Models for use stand in `irt/curves.py`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel, Logistic


@dataclass(frozen=True)
class GuessingPrior:
    """Normal prior of the logit of the guessing parameter.

    Attributes:
        mean: of logit(c); -1.39 puts c near 0.2.
        sd: of logit(c).

    Source: Mislevy (1986), Psychometrika 51, 177-195, for priors in marginal likelihood.
    """

    mean: float = -1.39
    sd: float = 0.5


class ItemFamily(ABC):
    """J items of K categories each, with (J, p) free parameters."""

    @abstractmethod
    def names(self, n_categories: int) -> tuple[str, ...]:
        """The p free parameters of an item."""

    @abstractmethod
    def start(self, shares: FloatArray) -> FloatArray:
        """(J, p) first values from (J, K) shares of the categories."""

    @abstractmethod
    def log_curves(
        self, parameters: FloatArray, ability: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """(J, K, Q) log-probabilities and (J, p, K, Q) their slopes in the parameters."""

    @abstractmethod
    def model(self, parameters: FloatArray) -> ItemModel:
        """The items as a model."""

    def log_prior(self, parameters: FloatArray) -> FloatArray:
        """(J,) log prior density."""
        return np.zeros(len(parameters))

    def prior_slope(self, parameters: FloatArray) -> FloatArray:
        """(J, p) slope of the log prior."""
        return np.zeros(parameters.shape)

    def prior_information(self, parameters: FloatArray) -> FloatArray:
        """(J, p) minus the second derivatives of the log prior."""
        return np.zeros(parameters.shape)


@dataclass(frozen=True)
class TwoParameter(ItemFamily):
    """Right-wrong items with slope a and intercept d; `one_slope` fixes a at 1 (Rasch)."""

    one_slope: bool = False

    def names(self, n_categories: int) -> tuple[str, ...]:
        """Slope, unless fixed, and intercept."""
        return ("intercept",) if self.one_slope else ("slope", "intercept")

    def start(self, shares: FloatArray) -> FloatArray:
        """Slope one; the intercept that gives the share right at average ability."""
        d = START_STRETCH * logit(_inner(shares[:, 1]))
        return d[:, None] if self.one_slope else np.column_stack([np.ones(len(d)), d])

    def log_curves(
        self, parameters: FloatArray, ability: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Wrong, right."""
        a, d = self._slope(parameters), parameters[:, -1]
        z = a[:, None] * ability + d[:, None]
        right = expit(z)
        log_right = -np.logaddexp(0, -z)
        in_z = np.stack([-right, 1 - right], axis=1)
        parts = [in_z] if self.one_slope else [in_z * ability, in_z]
        return np.stack([log_right - z, log_right], axis=1), np.stack(parts, axis=1)

    def model(self, parameters: FloatArray) -> ItemModel:
        """Logistic without guessing."""
        a = self._slope(parameters)
        return Logistic(slope=a, intercept=parameters[:, -1], guessing=np.zeros(len(a)))

    def _slope(self, parameters: FloatArray) -> FloatArray:
        return np.ones(len(parameters)) if self.one_slope else parameters[:, 0]


@dataclass(frozen=True)
class ThreeParameter(ItemFamily):
    """Right-wrong items with slope, intercept and logit of guessing.

    Without the prior on guessing the likelihood is too flat to be maximised.
    """

    prior: GuessingPrior = GuessingPrior()

    def names(self, n_categories: int) -> tuple[str, ...]:
        """Slope, intercept and logit of guessing."""
        return ("slope", "intercept", "logit guessing")

    def start(self, shares: FloatArray) -> FloatArray:
        """Guessing at the prior's centre, or half the share right; the rest as without."""
        c = np.minimum(expit(self.prior.mean), _inner(shares[:, 1]) / 2)
        d = START_STRETCH * logit(_inner((shares[:, 1] - c) / (1 - c)))
        return np.column_stack([np.ones(len(d)), d, logit(c)])

    def log_curves(
        self, parameters: FloatArray, ability: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Wrong, right."""
        a, d, c = parameters[:, :1], parameters[:, 1:2], expit(parameters[:, 2:])
        z = a * ability + d
        known, unknown = expit(z), expit(-z)
        right = c + (1 - c) * known
        in_z = np.stack([-known, (1 - c) * known * unknown / right], axis=1)
        in_guessing = np.stack(
            [np.broadcast_to(-c, z.shape), c * (1 - c) * unknown / right], axis=1
        )
        log_wrong = np.log1p(-c) - np.logaddexp(0, z)
        slopes = np.stack([in_z * ability, in_z, in_guessing], axis=1)
        return np.stack([log_wrong, np.log(right)], axis=1), slopes

    def model(self, parameters: FloatArray) -> ItemModel:
        """Logistic with guessing."""
        return Logistic(
            slope=parameters[:, 0], intercept=parameters[:, 1], guessing=expit(parameters[:, 2])
        )

    def log_prior(self, parameters: FloatArray) -> FloatArray:
        """Normal density of logit(c)."""
        z = (parameters[:, 2] - self.prior.mean) / self.prior.sd
        return np.asarray(-0.5 * z**2 - np.log(self.prior.sd) - 0.5 * np.log(2 * np.pi))

    def prior_slope(self, parameters: FloatArray) -> FloatArray:
        """(J, p) slope of the log prior."""
        slope = np.zeros(parameters.shape)
        slope[:, 2] = (self.prior.mean - parameters[:, 2]) / self.prior.sd**2
        return slope

    def prior_information(self, parameters: FloatArray) -> FloatArray:
        """(J, p) minus the second derivatives of the log prior."""
        information = np.zeros(parameters.shape)
        information[:, 2] = self.prior.sd**-2
        return information


# At slope one, intercepts within people are larger than the logit of the share over people.
START_STRETCH = 1.2


def _inner(shares: FloatArray) -> FloatArray:
    """Shares kept off 0 and 1, where a logit ends."""
    return np.clip(shares, 0.005, 0.995)
