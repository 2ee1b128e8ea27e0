import numpy as np

from pipeline.stats.survey.replication import factor_ranks
from pipeline.stats.survey.replication.factor_ranks import FactorRanks, rank_df
from pipeline.stats.survey.replication.factors import jkn
from tests.stats.survey.survey_strategies import six_people

ELEVEN = np.hstack([np.ones((11, 1)), 1 - np.eye(11)])  # more PSUs than a byte has bits


def test_every_set_of_psus_has_the_rank_of_its_own_factors():
    units = six_people().units
    factor = np.hstack([np.ones((4, 1)), jkn(units).factor])
    ranks = FactorRanks(factor)
    for _ in range(2):  # the second time from memory
        for number in range(16):
            held = np.array([number >> place & 1 for place in range(4)], dtype=np.bool_)
            assert ranks.df(held) == rank_df(factor[held])


def test_sets_that_differ_in_the_last_psu_alone_are_told_apart():
    ranks, held = FactorRanks(ELEVEN), np.arange(11) < 10
    assert (ranks.df(held), ranks.df(np.ones(11, dtype=np.bool_))) == (9, 10)


def test_a_set_is_looked_at_once_and_not_shared_between_designs(monkeypatch):
    seen = []
    monkeypatch.setattr(factor_ranks, "rank_df", lambda factor: seen.append(factor) or len(seen))
    first, second, held = FactorRanks(ELEVEN), FactorRanks(ELEVEN), np.arange(11) < 3
    assert [first.df(held), first.df(held.copy()), second.df(held)] == [1, 1, 2]
