import numpy as np

from pipeline.stats.survey.estimation.membership import members_of


def test_marked_rows_stand_behind_every_number():
    marked = members_of(np.array([True, False, True]), 2)
    assert marked.toarray().tolist() == [[1, 1], [0, 0], [1, 1]]
    assert members_of(np.zeros(3, dtype=bool)).toarray().tolist() == [[0], [0], [0]]
