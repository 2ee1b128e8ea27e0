"""The data of a logistic model with random intercepts.

People who share columns and groups are alike to the model, so they are kept as counts.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.estimation.regression.families import LOGIT
from pipeline.stats.survey.estimation.regression.fitting import coefficients

WHERE = "mixed logistic model"


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """C patterns of columns and groups.

    Attributes:
        successes: (C,) people with the outcome.
        people: (C,) people.
        x: (C, p) columns, the intercept's ones among them.
        groups: (C, k) codes from 0 of k groupings, such as county and town.
        sizes: k numbers of groups, those without people included.
    """

    successes: FloatArray
    people: FloatArray
    x: FloatArray
    groups: CodeArray
    sizes: tuple[int, ...]

    @cached_property
    def z(self) -> FloatArray:
        """(C, q) ones where a pattern belongs to a group, groupings side by side."""
        return np.hstack([np.eye(m)[self.groups[:, j]] for j, m in enumerate(self.sizes)])

    @cached_property
    def grouping(self) -> CodeArray:
        """(q,) grouping of each column of `z`."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def plain(self) -> FloatArray:
        """(p,) coefficients of the regression without effects.

        Raises:
            ContractError: columns tell the outcomes apart without error.
        """
        share = self.successes / self.people
        return coefficients(share, self.x, self.people, family=LOGIT)

    def log_likelihood(self, predictor: FloatArray) -> FloatArray:
        """Log-likelihood of every pattern at (C,) or (C, m) predictors."""
        shape = (-1,) + (1,) * (predictor.ndim - 1)
        right, people = self.successes.reshape(shape), self.people.reshape(shape)
        return np.asarray(right * predictor - people * np.logaddexp(0, predictor))


def counts_of(
    y: FloatArray, x: FloatArray, groups: CodeArray, *, sizes: tuple[int, ...] | None = None
) -> Counts:
    """Counts of n people.

    Args:
        y: (n,) outcomes, 0 or 1.
        x: (n, p) columns of full rank, the intercept's ones among them.
        groups: (n,) codes from 0, or (n, k) of k groupings, one within another or crossed.
        sizes: k numbers of groups; None: as many as are found.

    Raises:
        ContractError: shapes differ, outcomes are not 0 and 1 both, a column repeats others, a
            code is out of range or a grouping has a single group.
    """
    codes = np.asarray(groups, dtype=np.int64).reshape(len(groups), -1)
    if np.ndim(x) != 2 or not len(y) == len(x) == len(codes) or not len(y):
        shapes = f"y {np.shape(y)}, x {np.shape(x)}, groups {np.shape(groups)}"
        raise ContractError(WHERE, f"expected n outcomes, n x p columns, n codes, got {shapes}")
    found = sizes or tuple(int(size) for size in codes.max(axis=0) + 1)
    _check(y, x, codes, found)
    rows, place = np.unique(np.column_stack([codes, x]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    return Counts(
        successes=np.bincount(place, weights=y).astype(np.float64),
        people=np.bincount(place).astype(np.float64),
        x=np.asarray(rows[:, codes.shape[1] :], dtype=np.float64),
        groups=rows[:, : codes.shape[1]].astype(np.int64),
        sizes=found,
    )


def _check(y: FloatArray, x: FloatArray, codes: CodeArray, sizes: tuple[int, ...]) -> None:
    faults = []
    if set(np.unique(y)) != {0.0, 1.0}:
        faults.append("expected outcomes 0 and 1, both present")
    if not np.isfinite(x).all() or np.linalg.matrix_rank(x) < x.shape[1]:
        faults.append(f"expected {x.shape[1]} known columns, none a mix of the others")
    if len(sizes) != codes.shape[1] or (codes < 0).any() or (codes >= np.array(sizes)).any():
        faults.append(f"expected codes from 0 below {sizes} in {codes.shape[1]} groupings")
    elif singles := [j for j in range(len(sizes)) if len(np.unique(codes[:, j])) < 2]:
        faults.append(f"grouping {singles[0]} has one group: its spread cannot be seen")
    if faults:
        raise ContractError(WHERE, faults, hint="leave the column or the grouping out")
