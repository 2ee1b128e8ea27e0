"""Reporting domains of each person, derived from variables by the instrument's rules."""

import numpy as np
import pandas as pd

from pipeline.config.domain import Condition, Domain, Member
from pipeline.config.instrument import Instrument


def derive_domains(variables: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """One text column per domain; for overlapping domains one boolean column per member.

    Args:
        variables: (n, variables) codes as text, integers as numbers.
        instrument: the questionnaire.

    Returns:
        (n, columns) frame; a person outside every category has no value (None).
    """
    columns: dict[str, pd.Series] = {}
    for domain in instrument.domains:
        if domain.members:
            for member in domain.members:
                columns[f"{domain.id}_{member.value}"] = _belongs(variables, member)
        elif domain.id != domain.variable:
            columns[domain.id] = _category(variables, domain)
    return pd.DataFrame(columns, index=variables.index)


def _category(variables: pd.DataFrame, domain: Domain) -> pd.Series:
    values = variables[str(domain.variable)]
    category = pd.Series(None, index=values.index, dtype=object)
    for band in domain.bands:
        high = np.inf if band.high is None else band.high
        category[values.between(band.low, high)] = band.value
    for group in domain.groups:
        category[values.isin(group.codes)] = group.value
    return category if domain.bands or domain.groups else values


def _belongs(variables: pd.DataFrame, member: Member) -> pd.Series:
    belongs = pd.Series(True, index=variables.index)
    for condition in member.all_of:
        belongs &= _holds(variables, condition)
    if member.any_of:
        tests = [_holds(variables, condition) for condition in member.any_of]
        belongs &= np.logical_or.reduce(tests)
    return belongs


def _holds(variables: pd.DataFrame, condition: Condition) -> pd.Series:
    values = variables[condition.variable]
    if condition.codes:
        return values.isin(condition.codes)
    low = -np.inf if condition.min is None else condition.min
    high = np.inf if condition.max is None else condition.max
    return values.between(low, high)
