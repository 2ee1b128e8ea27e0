"""Change between waves of which only figures are known."""

from pipeline.errors import ContractError
from pipeline.stats.survey.estimation.contrasts import Contrast, contrast


def published_change(
    later: float,
    later_se: float,
    earlier: float,
    earlier_se: float,
    *,
    df: float,
    level: float,
    linking_error: float = 0.0,
) -> Contrast:
    """Later share minus earlier, of samples drawn independently.

    se^2 = se_later^2 + se_earlier^2 + linking_error^2: the error of putting two question
    papers on one scale is common to all people of a wave, so no sample size removes it.
    Waves with microdata go through `change`, which knows the units they share.

    Args:
        later: share.
        later_se: its standard error, of sampling alone.
        earlier: share.
        earlier_se: likewise.
        df: degrees of freedom of both waves together; infinite for a normal test.
        level: confidence level.
        linking_error: of the link between the waves, on the scale of the share.

    Raises:
        ContractError: an error is negative or no number.

    Source: Monseur & Berezner (2007), Journal of Applied Measurement 8, on linking error in
    trend figures.
    """
    errors = (later_se, earlier_se, linking_error)
    if not all(0 <= error < float("inf") for error in errors):
        raise ContractError(
            "change of published figures", "expected errors of 0 or more, got others"
        )
    variance = sum(error**2 for error in errors)
    return contrast(later - earlier, variance, covariance=0.0, df=df, level=level)
