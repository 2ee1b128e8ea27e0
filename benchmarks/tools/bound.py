"""The jobs in plain numpy with nothing checked: what bounds any implementation here.

People are summed to PSU x cell before anything iterates, cells being the combinations of
margin categories.
"""

import numpy as np
from job import (
    REPLICATES,
    ROUNDS,
    SEED,
    TOLERANCE,
    Answers,
    Survey,
    estimate_answers,
    passed,
    run,
    weight_answers,
)
from scipy import sparse, stats

SIZE = {"county": 40, "age": 6, "sex": 2, "education": 5, "age_sex": 12, "sex_education": 10}


def linearised(survey: Survey) -> Answers:
    """Sums of w and w y by PSU; counties are whole PSUs here, and PSUs whole in strata."""
    psu, county = survey.codes["psu"], survey.codes["county"]
    n_psu = int(psu.max()) + 1
    y = passed(survey.items)
    w = np.bincount(psu, survey.weight, n_psu)
    wy = np.bincount(psu, survey.weight * y, n_psu)
    county_of, stratum_of = np.zeros(n_psu, int), np.zeros(n_psu, int)
    county_of[psu], stratum_of[psu] = county, survey.codes["stratum"]
    members = np.column_stack([np.ones(n_psu), county_of[:, None] == np.arange(SIZE["county"])])
    total = members.T @ w
    estimate = members.T @ wy / total
    z = members * (wy[:, None] - w[:, None] * estimate) / total
    size = np.bincount(stratum_of)
    mean = np.zeros((len(size), z.shape[1]))
    np.add.at(mean, stratum_of, z)
    mean /= size[:, None]
    factor = (size / (size - 1))[stratum_of][:, None]
    se = np.sqrt((factor * (z - mean[stratum_of]) ** 2).sum(axis=0))
    reach = stats.t.ppf(0.975, n_psu - len(size)) * se
    return estimate_answers(estimate, se) | {"low": float((estimate - reach)[0])}


def raking(survey: Survey) -> Answers:
    """Iterative proportional fitting of cell sums; rows share the factor of their cell."""
    totals = survey.totals("raking")
    cell_of_row, start, codes = _cells(survey, ("county", "age", "sex", "education"))
    codes["age_sex"] = codes["age"] * SIZE["sex"] + codes["sex"]
    codes["sex_education"] = codes["sex"] * SIZE["education"] + codes["education"]
    weight = start.copy()
    for _ in range(ROUNDS):
        worst = 0.0
        for name, target in totals.items():
            factor = target / np.bincount(codes[name], weight, len(target))
            worst = max(worst, float(np.abs(factor - 1).max()))
            weight *= factor[codes[name]]
        if worst < TOLERANCE:
            break
    return weight_answers(survey.weight * (weight / start)[cell_of_row])


def replicates(survey: Survey) -> Answers:
    """Rao-Wu factors times cell factors, found on (replicates, cells) arrays."""
    y, psu = passed(survey.items), survey.codes["psu"]
    cell_of_row, start, codes = _cells(survey, ("county", "age", "sex", "education"))
    n_psu, n_cells = int(psu.max()) + 1, len(start)
    place = psu.astype(np.int64) * n_cells + cell_of_row
    w = np.bincount(place, survey.weight, n_psu * n_cells).reshape(n_psu, n_cells)
    wy = np.bincount(place, survey.weight * y, n_psu * n_cells).reshape(n_psu, n_cells)
    factor = np.vstack([np.ones(n_psu), _rao_wu(survey, n_psu)])
    sums = np.asarray(factor @ sparse.csr_array(w))
    passing = np.asarray(factor @ sparse.csr_array(wy))
    cell_factor = _rake_rows(sums, codes, survey.totals("replicates"))
    county = np.eye(SIZE["county"])[codes["county"]]
    members = np.column_stack([np.ones(n_cells), county])
    found = ((passing * cell_factor) @ members) / ((sums * cell_factor) @ members)
    se = np.sqrt(((found[1:] - found[1:].mean(axis=0)) ** 2).sum(axis=0) / (REPLICATES - 1))
    return estimate_answers(found[0], se)


def _cells(
    survey: Survey, names: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Cell of each row, weight of each cell, category of each cell in every margin."""
    shape = [SIZE[name] for name in names]
    cell_of_row = np.zeros(len(survey.weight), dtype=np.int64)
    for name in names:
        cell_of_row *= SIZE[name]
        cell_of_row += survey.codes[name]
    weight = np.bincount(cell_of_row, survey.weight, int(np.prod(shape)))
    held = np.flatnonzero(weight)
    place = np.full(len(weight), -1)
    place[held] = np.arange(len(held))
    codes = dict(zip(names, np.unravel_index(held, shape), strict=True))
    return place[cell_of_row], weight[held], codes


def _rao_wu(survey: Survey, n_psu: int) -> np.ndarray:
    """(replicates, P) factors: n - 1 of n PSUs drawn with replacement in each stratum."""
    rng = np.random.default_rng(SEED)
    stratum_of = np.zeros(n_psu, int)
    stratum_of[survey.codes["psu"]] = survey.codes["stratum"]
    factor = np.empty((REPLICATES, n_psu))
    for stratum in range(int(stratum_of.max()) + 1):
        rows = np.flatnonzero(stratum_of == stratum)
        n = len(rows)
        draws = rng.multinomial(n - 1, np.full(n, 1 / n), size=REPLICATES)
        factor[:, rows] = draws * (n / (n - 1))
    return factor


def _rake_rows(
    sums: np.ndarray, codes: dict[str, np.ndarray], totals: dict[str, np.ndarray]
) -> np.ndarray:
    """(R, C) factors that bring every row of cell sums to the totals."""
    cells = {name: sparse.csr_array(np.eye(len(t))[codes[name]]) for name, t in totals.items()}
    weight = sums.copy()
    for _ in range(ROUNDS):
        worst = 0.0
        for name, target in totals.items():
            factor = target / (weight @ cells[name])
            worst = max(worst, float(np.abs(factor - 1).max()))
            weight *= factor[:, codes[name]]
        if worst < TOLERANCE:
            break
    return np.divide(weight, sums, out=np.ones_like(sums), where=sums > 0)


if __name__ == "__main__":
    run({"linearised": linearised, "replicates": replicates, "raking": raking})
