import numpy as np

from pipeline.engine.measurement.categories import chosen_categories, renumbered

RESPONSES = np.array([[0, 3, -1, 0], [1, 1, 2, 0], [1, 3, -1, 1], [0, -1, 4, 0]])


def test_categories_are_those_that_people_with_weight_chose():
    found = chosen_categories(RESPONSES, np.array([1.0, 1.0, 1.0, 0.0]))
    assert [each.tolist() for each in found] == [[0, 1], [1, 3], [2], [0, 1]]


def test_answers_are_numbered_without_gaps_and_others_are_missing():
    chosen = chosen_categories(RESPONSES, np.array([1.0, 1.0, 1.0, 0.0]))
    assert renumbered(RESPONSES, chosen)[:, 1].tolist() == [1, 0, 1, -1]
    assert renumbered(RESPONSES, chosen)[:, 2].tolist() == [-1, 0, -1, -1]
