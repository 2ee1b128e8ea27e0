"""How many interviews a mean needs, of everybody or of a domain.

Sizes are those of simple random sampling and not rounded; `sample_size.n_to_draw` carries
them to addresses of a real design.
"""

from math import inf

from pipeline.stats.survey.planning.limits import quantile, refuse_outside

_WHERE = "sample size"


def n_for_mean_cv(cv: float, cv_population: float, *, population: float = inf) -> float:
    """Interviews so that an estimated mean has the coefficient of variation `cv`.

    n = C^2 / (cv^2 + C^2 / N), C = S / mean in the population.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.1. Oracle: PracTools nCont.
    """
    return n_for_domain_mean_cv(cv, cv_population, 1.0, population=population)


def n_for_mean_margin(
    sd: float, margin: float, *, level: float = 0.95, df: float = inf, population: float = inf
) -> float:
    """Interviews so that the interval of a mean reaches `margin` to either side.

    n = z^2 S^2 / (e^2 + z^2 S^2 / N). For a relative margin pass S / mean as `sd`.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.1. Oracle: PracTools nContMoe.
    """
    refuse_outside(
        _WHERE, sd=(sd, "above 0"), margin=(margin, "above 0"), level=(level, "in (0, 1)"),
        population=(population, "above 0"),
    )  # fmt: skip
    spread = (quantile((1 + level) / 2, df) * sd) ** 2
    return spread / (margin**2 + spread / population)


def n_for_domain_mean_cv(
    cv: float, cv_domain: float, domain_share: float, *, population: float = inf
) -> float:
    """Interviews overall so that the mean of a domain has the coefficient of variation `cv`.

    n = C^2 / (P cv^2 + C^2 / N): the domain receives its share P of the interviews.

    Args:
        cv: wanted for the domain's estimated mean.
        cv_domain: standard deviation over mean among the domain's people.
        domain_share: share of the domain in the population, P.
        population: people in the whole population.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.5. Oracle: PracTools 1.7.5 nDomain.
    """
    _refuse_domain(cv, cv_domain, domain_share, population)
    return cv_domain**2 / (domain_share * cv**2 + cv_domain**2 / population)


def n_for_domain_total_cv(
    cv: float, cv_domain: float, domain_share: float, *, population: float = inf
) -> float:
    """Interviews overall so that the total of a domain has the coefficient of variation `cv`.

    n = (C^2 + Q) / (P cv^2 + (C^2 + Q) / N), Q = 1 - P: the domain's size is estimated too.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.5. Oracle: PracTools 1.7.5 nDomain.
    """
    _refuse_domain(cv, cv_domain, domain_share, population)
    spread = cv_domain**2 + 1 - domain_share
    return spread / (domain_share * cv**2 + spread / population)


def _refuse_domain(cv: float, cv_domain: float, domain_share: float, population: float) -> None:
    refuse_outside(
        _WHERE, cv=(cv, "above 0"), cv_domain=(cv_domain, "above 0"),
        domain_share=(domain_share, "in (0, 1]"), population=(population, "above 0"),
    )  # fmt: skip
