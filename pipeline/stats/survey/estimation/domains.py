"""Domains: the subpopulations an estimate is made for.

A domain only marks rows. The design stays whole, so PSUs without a member still count in
the variance. Domains may overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray, dense

Label: TypeAlias = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Domains:
    """k domains over the n rows of a design.

    Attributes:
        labels: k pairs (domain, category), such as ("county", "510402").
        members: (n, k) sparse ones where a row belongs to a domain.
    """

    labels: tuple[Label, ...]
    members: SparseArray

    @classmethod
    def whole(cls, n: int) -> "Domains":
        """Everybody, labelled ("all", "all")."""
        return cls.from_mask("all", "all", np.ones(n, dtype=np.bool_))

    @classmethod
    def from_mask(cls, domain: str, category: str, mask: BoolArray) -> "Domains":
        """One domain marked by an (n,) mask."""
        column = np.asarray(mask, dtype=np.float64)[:, None]
        return cls(((domain, category),), sparse.csr_array(column))

    @classmethod
    def from_categories(
        cls, domain: str, values: "pd.Series[Any]", categories: Sequence[str] | None = None
    ) -> "Domains":
        """One domain per category of a column; rows with a missing value are in none.

        Args:
            domain: name of the column's domain.
            values: (n,) categories as text.
            categories: the full list, so that a category nobody is in keeps its place;
                without it the categories found, sorted.

        Raises:
            ContractError: a value is not in the list.
        """
        listed = sorted(values.dropna().unique()) if categories is None else list(categories)
        codes = pd.Index(listed).get_indexer(pd.Index(values))
        if stray := int(((codes < 0) & values.notna().to_numpy()).sum()):
            raise ContractError(
                f"domain {domain}",
                f"{stray} rows outside the {len(listed)} listed categories",
                hint="add the category to the domain or correct the column",
            )
        rows = np.flatnonzero(codes >= 0)
        place, shape = (rows, codes[rows]), (len(values), len(listed))
        members = sparse.csr_array((np.ones(len(rows)), place), shape=shape)
        return cls(tuple((domain, str(category)) for category in listed), members)

    @classmethod
    def join(cls, parts: Sequence["Domains"]) -> "Domains":
        """Set several domains side by side."""
        labels = tuple(label for part in parts for label in part.labels)
        return cls(labels, sparse.csr_array(sparse.hstack([part.members for part in parts])))

    def sums(self, values: FloatArray) -> FloatArray:
        """(k,) sums of (n,) values over the rows of each domain."""
        return dense(self.members.T @ values)

    def where(self, mask: BoolArray) -> "Domains":
        """The same domains without the rows outside an (n,) mask."""
        keep = sparse.diags_array(np.asarray(mask, dtype=np.float64), format="csr")
        members = sparse.csr_array(keep @ self.members)
        members.eliminate_zeros()
        return Domains(self.labels, members)

    def extended(self, more: int) -> "Domains":
        """The same domains over further rows, none of which belongs to any."""
        beyond = sparse.csr_array((more, len(self.labels)))
        return Domains(self.labels, sparse.csr_array(sparse.vstack([self.members, beyond])))
