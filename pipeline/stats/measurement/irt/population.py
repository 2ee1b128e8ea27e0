"""Who the people are: normal abilities by group, with a regression on what is known of them.

Ability of person i in group g is normal with mean_g + x_i' coefficient and sd_g. Where items
are free, the first group's mean is 0 (and its sd 1, unless slopes are fixed), which sets the
scale.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.measurement.irt.marginal_likelihood.form import Parameter
from pipeline.stats.measurement.irt.quadrature import log_normal_weights


@dataclass(frozen=True, eq=False, kw_only=True)
class Population:
    """Normal abilities of G groups with m covariates.

    Attributes:
        means: (G,) means, at zero covariates.
        sds: (G,) standard deviations, within covariates.
        coefficient: (m,) of the covariates.
    """

    means: FloatArray
    sds: FloatArray
    coefficient: FloatArray

    def mean_of(self, group: CodeArray, covariates: FloatArray) -> FloatArray:
        """(n,) mean ability of people like each person."""
        return np.asarray(self.means[group] + covariates @ self.coefficient)

    def log_weights(
        self, nodes: FloatArray, group: CodeArray, covariates: FloatArray
    ) -> FloatArray:
        """(n, Q) log of each person's prior at the nodes, times the spacing of the nodes."""
        return log_normal_weights(nodes, self.mean_of(group, covariates), self.sds[group])


@dataclass(frozen=True, eq=False, kw_only=True)
class PopulationForm:
    """Which parameters of a population are estimated.

    The vector holds the free means, the coefficients and the logs of the free sds.

    Attributes:
        free_mean: (G,) groups whose mean is estimated; the others have 0.
        free_sd: (G,) groups whose sd is estimated; the others have 1.
        n_covariates: m.
    """

    free_mean: BoolArray
    free_sd: BoolArray
    n_covariates: int

    @property
    def size(self) -> int:
        """Free parameters."""
        return int(self.free_mean.sum() + self.n_covariates + self.free_sd.sum())

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the places of the vector mean."""
        return (
            *(Parameter("mean", int(g)) for g in np.flatnonzero(self.free_mean)),
            *(Parameter("coefficient", m) for m in range(self.n_covariates)),
            *(Parameter("log sd", int(g)) for g in np.flatnonzero(self.free_sd)),
        )

    def population(self, vector: FloatArray) -> Population:
        """The population of a parameter vector."""
        n_means, n_sds = int(self.free_mean.sum()), int(self.free_sd.sum())
        means, sds = np.zeros(len(self.free_mean)), np.ones(len(self.free_sd))
        means[self.free_mean] = vector[:n_means]
        sds[self.free_sd] = np.exp(vector[len(vector) - n_sds :])
        return Population(
            means=means, sds=sds, coefficient=vector[n_means : n_means + self.n_covariates]
        )

    def predictors(self, group: CodeArray, covariates: FloatArray) -> FloatArray:
        """(n, p) columns that the free means and the coefficients multiply."""
        is_in = group[:, None] == np.flatnonzero(self.free_mean)
        return np.concatenate([is_in.astype(np.float64), covariates], axis=1)
