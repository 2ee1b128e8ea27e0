"""What makes a regression impossible: columns that repeat others, outcomes told apart for sure."""

from collections.abc import Sequence

import numpy as np
from scipy import optimize

from pipeline.stats.arrays import FloatArray

_COLLINEAR = 1e-9  # part of a column, of length 1, that earlier columns leave unexplained
_MATTERS = 1e-6  # coefficient of a column of greatest size 1


def collinear_columns(x: FloatArray, names: Sequence[str]) -> list[str]:
    """One sentence for each column that is a linear combination of earlier columns.

    Args:
        x: (n, p) rows that carry weight, n >= p.
        names: p names.
    """
    length = np.linalg.norm(x, axis=0)
    triangle = np.asarray(np.linalg.qr(x / np.where(length > 0, length, 1.0), mode="r"))
    found, free = [], list[int]()
    for j, name in enumerate(names):
        if length[j] == 0:
            found.append(f'column "{name}": 0 in every row')
            continue
        earlier, column = triangle[:, free], triangle[:, j]
        slopes = np.linalg.lstsq(earlier, column)[0]
        if np.linalg.norm(column - earlier @ slopes) > _COLLINEAR:
            free.append(j)
        else:
            parts = [names[k] for k, b in zip(free, slopes, strict=True) if abs(b) > _MATTERS]
            found.append(f'column "{name}": a combination of {", ".join(parts)}')
    return found


def separating_columns(y: FloatArray, x: FloatArray, names: Sequence[str]) -> list[str]:
    """Columns along which outcomes of 0 and 1 are told apart without error; empty if none.

    Columns that do so alone, beside a constant, are named alone.

    Args:
        y: (n,) outcomes from 0 to 1, of rows that carry weight.
        x: (n, p) columns of the same rows.
        names: p names.
    """
    scaled = x / np.abs(x).max(axis=0)
    pattern = np.unique(np.column_stack([y, scaled]), axis=0)
    outcome, rows = pattern[:, 0], pattern[:, 1:]
    constant = [j for j in range(x.shape[1]) if np.ptp(rows[:, j]) == 0]
    varying = [j for j in range(x.shape[1]) if j not in constant]
    alone = [j for j in varying if _direction(outcome, rows[:, [*constant, j]]).any()]
    if alone:
        return [names[j] for j in alone]
    direction = _direction(outcome, rows)
    return [names[j] for j in varying if abs(direction[j]) > _MATTERS]


def _direction(y: FloatArray, x: FloatArray) -> FloatArray:
    """(p,) a direction b that separates, of size 1 at most; 0 if there is none.

    x'b >= 0 for every 1 and <= 0 for every 0, somewhere strictly: coefficients then grow
    without end along b. Rows with outcomes between 0 and 1 must lie on the border.

    Source: Albert & Anderson (1984), Biometrika 71, 1-10; Konis (2007), Linear programming
    algorithms for detecting separated data in binary logistic regression models, thesis, Oxford.
    """
    outward = np.vstack([x[y > 0], -x[y < 1]])
    found = optimize.linprog(
        -outward.sum(axis=0),
        A_ub=-outward,
        b_ub=np.zeros(len(outward)),
        bounds=[(-1, 1)] * x.shape[1],
    )
    direction = np.zeros(x.shape[1]) if found.x is None else np.asarray(found.x)
    if not (outward @ direction).sum() > _MATTERS:
        return np.zeros(x.shape[1])
    return direction
