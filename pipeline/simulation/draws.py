"""Draws of codes whose shares depend on what is already known of a person."""

import numpy as np
import pandas as pd

from pipeline.errors import ConfigError
from pipeline.simulation.parameters import DEFAULT, Conditional, GroupEffects


def draw_codes(
    conditional: Conditional, known: pd.DataFrame, rng: np.random.Generator, where: str
) -> "pd.Categorical[str]":
    """One code per row of `known`, with the shares of the row's combination.

    Args:
        conditional: shares by combination of the columns `given`.
        known: (n, columns) what is known already.
        rng: source of chance; one number per row is used.
        where: name of the table in errors.

    Raises:
        ConfigError: a combination has no shares.
    """
    codes = sorted({code for shares in conditional.shares.values() for code in shares})
    shares, row = shares_of_rows(conditional, codes, known, where)
    bounds = shares.cumsum(axis=1)[row, :-1]
    chosen = (rng.random(len(known))[:, None] >= bounds).sum(axis=1)
    return pd.Categorical.from_codes(chosen, categories=pd.Index(codes))


def shares_of_rows(
    conditional: Conditional, codes: list[str], known: pd.DataFrame, where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Shares per combination met in `known`, and the combination of each row.

    Returns:
        (combinations, codes) shares and (n,) combination numbers.

    Raises:
        ConfigError: a combination has no shares.
    """
    labels, row = _combinations(conditional.given, known)
    found = [conditional.shares.get(label, conditional.shares.get(DEFAULT)) for label in labels]
    missing = [label for label, shares in zip(labels, found, strict=True) if shares is None]
    if missing:
        raise ConfigError(
            where, [f"no shares for {label}" for label in missing], hint="add them, or `*`"
        )
    table = [[(shares or {}).get(code, 0.0) for code in codes] for shares in found]
    return np.array(table), row


def _combinations(given: tuple[str, ...], known: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    if not given:
        return [DEFAULT], np.zeros(len(known), dtype=int)
    row = known.groupby(list(given), observed=True).ngroup().to_numpy()
    first = np.unique(row, return_index=True)[1]
    met = known[list(given)].iloc[first].astype(str)
    return met.agg("|".join, axis=1).tolist(), row


def effects(parameters: GroupEffects, people: pd.DataFrame) -> np.ndarray:
    """(n,) constant plus the effect of every group a person belongs to."""
    total = np.full(len(people), parameters.constant)
    for domain, by_category in parameters.groups.items():
        total += people[domain].astype(str).map(by_category).fillna(0.0).to_numpy(dtype=float)
    return total
