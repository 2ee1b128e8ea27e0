import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ContractError
from pipeline.stats.survey.estimation.domains import Domains


def test_categories_become_domains_and_missing_values_are_in_none():
    domains = Domains.from_categories("county", pd.Series(["b", "a", None, "b"]))
    assert domains.labels == (("county", "a"), ("county", "b"))
    assert domains.members.toarray().tolist() == [[0, 1], [1, 0], [0, 0], [0, 1]]


def test_a_listed_category_nobody_is_in_keeps_its_place():
    domains = Domains.from_categories("sex", pd.Series(["f", "f"]), ["m", "f"])
    assert domains.labels == (("sex", "m"), ("sex", "f"))
    assert domains.sums(np.ones(2)).tolist() == [0, 2]


def test_values_outside_the_list_are_refused_by_count():
    with pytest.raises(ContractError, match="2 rows outside the 1 listed categories"):
        Domains.from_categories("sex", pd.Series(["f", "x", "y"]), ["f"])


def test_joined_domains_may_overlap_and_are_narrowed_together():
    whole = Domains.whole(3)
    young = Domains.from_mask("group", "young", np.array([True, False, True]))
    joined = Domains.join([whole, young]).where(np.array([True, True, False]))
    assert joined.labels == (("all", "all"), ("group", "young"))
    assert joined.sums(np.array([1, 10, 100])).tolist() == [11, 1]
