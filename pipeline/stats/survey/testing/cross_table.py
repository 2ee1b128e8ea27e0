"""A two-way table of the population: totals and shares of cells, with their covariances.

What a test of independence needs; linearised and replicated variances both lead to it.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray

WHERE = "test of independence"
_SHOWN_CELLS = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class CrossTable:
    """Cells of r x c levels, row by row wherever they stand in one line.

    Attributes:
        row_levels: r names.
        column_levels: c names.
        total: (r, c) weighted counts.
        total_covariance: (rc, rc) covariances of the counts.
        share_covariance: (rc, rc) covariances of the counts over their sum.
        n: people of the sample or domain, those without a level included.
    """

    row_levels: tuple[str, ...]
    column_levels: tuple[str, ...]
    total: FloatArray
    total_covariance: FloatArray
    share_covariance: FloatArray
    n: int

    @property
    def share(self) -> FloatArray:
        """(r, c) counts over their sum."""
        return np.asarray(self.total / self.total.sum())

    @property
    def expected_share(self) -> FloatArray:
        """(r, c) products of the marginal shares."""
        return np.outer(self.share.sum(axis=1), self.share.sum(axis=0))

    @property
    def n_contrasts(self) -> int:
        """Degrees of freedom of independence, (r - 1)(c - 1)."""
        return (len(self.row_levels) - 1) * (len(self.column_levels) - 1)

    @property
    def empty_cells(self) -> list[str]:
        """Cells nobody is in, as "row x column"."""
        return [
            f"{self.row_levels[i]} x {self.column_levels[j]}"
            for i, j in np.argwhere(self.total == 0)
        ]

    @property
    def empty_cells_told(self) -> str:
        """The first empty cells in words, "none" without any."""
        cells = self.empty_cells
        rest = f" and {len(cells) - _SHOWN_CELLS} more" if len(cells) > _SHOWN_CELLS else ""
        return (", ".join(cells[:_SHOWN_CELLS]) or "none") + rest
