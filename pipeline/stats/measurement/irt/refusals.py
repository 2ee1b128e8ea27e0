"""What cannot be calibrated, and why: items, groups and covariates are checked here."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.marginal_likelihood.people import WHERE, People
from pipeline.stats.measurement.irt.population import PopulationForm

# Simulated curves of three parameters were recovered from 1 000 people on, of two from 500.
# Hulin, Lissak & Drasgow (1982), Applied Psychological Measurement 6, 249-260.
FEWEST_FOR_GUESSING = 1000
FAMILIES = ("rasch", "2pl", "3pl", "grm", "gpcm")


def refuse_items(
    people: People,
    families: Sequence[str],
    names: Sequence[str],
    fewest_for_guessing: int = FEWEST_FOR_GUESSING,
) -> CodeArray:
    """(J,) categories of each item, once all of them can be estimated.

    Raises:
        ContractError: names the items that cannot, and says why.
    """
    n_items = people.responses.shape[1]
    if not len(families) == len(names) == n_items > 0:
        raise ContractError(
            WHERE,
            f"expected a family and a name for each of {n_items} items, got {len(families)} "
            f"families and {len(names)} names",
        )
    counted = people.responses[people.is_counted]
    categories = 1 + np.maximum(counted.max(axis=0), 1)
    found: dict[str, list[str]] = {}
    for name, family, codes, size in zip(names, families, counted.T, categories, strict=True):
        counts = np.bincount(codes[codes >= 0], minlength=size)
        fault = _item_fault(family, counts, fewest_for_guessing)
        found.setdefault(fault, []).append(name)
    faults = [f"item {', '.join(items)}: {fault}" for fault, items in found.items() if fault]
    fewest = 2 if "rasch" in families else 3
    if n_items < fewest:
        faults.append(
            f"expected {fewest} items or more, so that they tell of ability, got {n_items}"
        )
    if faults:
        raise ContractError(
            WHERE,
            faults,
            hint="leave such items out of the calibration and report them apart, join categories "
            "that nobody chose, and use two parameters where people are few",
        )
    return np.asarray(categories, dtype=np.int64)


def refuse_misfit(people: People, categories: CodeArray) -> None:
    """Refuse answers that known items do not have.

    Raises:
        ContractError: other numbers of items or categories than the model's.
    """
    n_items = people.responses.shape[1]
    if n_items != len(categories):
        raise ContractError(
            WHERE, f"expected {len(categories)} items as in the model, got {n_items}"
        )
    above = np.flatnonzero((people.responses >= categories).any(axis=0))
    if len(above):
        raise ContractError(
            WHERE,
            [f"item {j + 1}: expected {categories[j]} categories, got higher ones" for j in above],
            hint="score the answers as they were scored when the model was calibrated",
        )


def refuse_unlinked(people: People) -> None:
    """Refuse groups of which no chain of common items leads from one to another.

    Raises:
        ContractError: names the sets of groups that share no item.
    """
    counted = people.is_counted
    groups, asked = people.groups[counted], people.responses[counted] >= 0
    answered = np.array([asked[groups == g].any(axis=0) for g in range(people.n_groups)])
    shared = csr_array(answered.astype(np.int64) @ answered.astype(np.int64).T)
    n_sets, member = connected_components(shared, directed=False)
    if n_sets > 1:
        sets = [", ".join(str(g) for g in np.flatnonzero(member == s)) for s in range(n_sets)]
        raise ContractError(
            WHERE,
            f"expected groups linked by common items, got sets without any: {' | '.join(sets)}",
            hint="without common items there is no common scale: calibrate the groups apart and "
            "publish no change between them",
        )


def refuse_population(people: People, form: PopulationForm) -> None:
    """Refuse groups and covariates whose effects cannot be told apart.

    Raises:
        ContractError: a group without people, or covariates that follow from others.
    """
    held = np.bincount(people.groups[people.is_counted], minlength=people.n_groups)
    if not held.all():
        empty = ", ".join(str(g) for g in np.flatnonzero(held == 0))
        raise ContractError(WHERE, f"groups: expected answers in every group, got none in {empty}")
    x = form.predictors(people.groups, people.covariates)[people.is_counted]
    if not form.free_mean.all():
        x = np.column_stack([np.ones(len(x)), x])
    scale = np.abs(x).max(axis=0, initial=0)
    if not scale.all() or np.linalg.matrix_rank((x / scale).T @ (x / scale)) < x.shape[1]:
        raise ContractError(
            WHERE,
            f"covariates: expected {people.covariates.shape[1]} that do not follow from each "
            "other, the groups and a constant, got fewer",
            hint="leave out the constant and one level of every classification",
        )


def shares_of(people: People, categories: CodeArray) -> FloatArray:
    """(J, K) weighted shares of the categories among those who were asked."""
    counts = np.zeros((len(categories), int(categories.max())))
    for j, codes in enumerate(people.responses.T):
        asked = (codes >= 0) & people.is_counted
        counts[j] = np.bincount(codes[asked], people.weights[asked], counts.shape[1])
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _item_fault(family: str, counts: CodeArray, fewest_for_guessing: int) -> str:
    """Why an item with these counts of its categories cannot be estimated; empty if it can."""
    size, asked = len(counts), int(counts.sum())
    if family not in FAMILIES:
        return f'expected a family among {", ".join(FAMILIES)}, got "{family}"'
    if not asked:
        return "answered by nobody"
    if size == 2 and not counts.all():
        return f"answered all {'wrong' if counts[0] else 'right'}"
    if not counts.all():
        empty = ", ".join(str(k) for k in np.flatnonzero(counts == 0))
        return f"expected answers in categories 0 to {size - 1}, got none in {empty}"
    if family in {"2pl", "3pl"} and size > 2:
        return f'expected two categories for "{family}", got {size}'
    if family == "3pl" and asked < fewest_for_guessing:
        return f"guessing needs {fewest_for_guessing} people (Hulin et al. 1982), got {asked}"
    return ""
