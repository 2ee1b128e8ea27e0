"""Standard errors of item and population parameters.

Two kinds: from the curvature of the likelihood, for people drawn independently with equal
chances; and from the design, for a survey. Errors of what is made of the items (test curves,
linking constants) come from `influence.py`.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.influence import design_variation, inverse_information
from pipeline.stats.measurement.irt.marginal_likelihood.form import Parameter
from pipeline.stats.measurement.irt.marginal_likelihood.people import WHERE
from pipeline.stats.survey.design.sample import Sample


@dataclass(frozen=True, eq=False, kw_only=True)
class ParameterErrors:
    """P estimates and how they vary.

    Attributes:
        parameters: what the P places mean.
        vector: (P,) estimates.
        covariance: (P, P) of the estimates.
        df: degrees of freedom; infinite where the likelihood's curvature was used.
    """

    parameters: tuple[Parameter, ...]
    vector: FloatArray
    covariance: FloatArray
    df: float

    @property
    def se(self) -> FloatArray:
        """(P,) standard errors."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))

    def of(self, name: str) -> dict[int, float]:
        """Standard errors of one kind of parameter by number of item, group or covariate.

        Raises:
            ContractError: no parameter of that name.
        """
        found = {
            parameter.of: float(se)
            for parameter, se in zip(self.parameters, self.se, strict=True)
            if parameter.name == name
        }
        if not found:
            known = ", ".join(dict.fromkeys(parameter.name for parameter in self.parameters))
            raise ContractError(WHERE, f'no parameter "{name}"', hint=f"there are: {known}")
        return found

    def of_functions(self, gradient: FloatArray) -> FloatArray:
        """(m, m) covariance of m functions of the parameters, by their (m, P) gradient."""
        return np.asarray(gradient @ self.covariance @ gradient.T)


def likelihood_errors(calibrated: Calibrated) -> ParameterErrors:
    """Errors from the observed information: its inverse is the covariance.

    Right for a simple random sample without weights. With survey weights it is neither scaled
    nor clustered: use `design_errors`.

    Raises:
        NotConvergedError: the likelihood is flat in some direction.

    Source: Louis (1982), Journal of the Royal Statistical Society B 44, 226-233.
    Oracle: R mirt 1.45, SE.type = "Oakes".
    """
    return ParameterErrors(
        parameters=calibrated.parameters,
        vector=calibrated.vector,
        covariance=inverse_information(calibrated),
        df=np.inf,
    )


def design_errors(calibrated: Calibrated, sample: Sample) -> ParameterErrors:
    """Errors from the design: the sandwich A^-1 B A^-1.

    A is the observed information, B the variance that strata, units and the steps of the
    weighting give to the total of the persons' weighted scores.

    Args:
        calibrated: with the final weights of the sample, or these times a constant.
        sample: the same people in the same order.

    Raises:
        ContractError: other people or weights than calibrated with.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Binder (1983), International Statistical Review 51, 279-292.
    """
    return ParameterErrors(
        parameters=calibrated.parameters,
        vector=calibrated.vector,
        covariance=design_variation(calibrated, sample).covariance(),
        df=float(sample.domain_df(calibrated.answers.is_answering)),
    )
