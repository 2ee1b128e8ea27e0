import numpy as np
import pytest

from pipeline.stats.measurement.irt.marginal_likelihood.answers import Answers

# Item 1 was put to all, item 2 not; item 3 has three categories.
RESPONSES = np.array([[0, 1, 2], [1, -1, 0], [1, 0, 1], [0, 1, 2]])


def packed(responses=RESPONSES, groups=None, covariates=None, weight=None) -> Answers:
    n = len(responses)
    return Answers.of(
        responses,
        np.ones(n) if weight is None else weight,
        np.zeros(n, dtype=int) if groups is None else groups,
        np.empty((n, 0)) if covariates is None else covariates,
        np.array([2, 2, 3]),
    )


def test_values_of_chosen_categories_add_up_over_items():
    values = np.arange(9.0).reshape(3, 3, 1) ** 2
    answers = packed()
    columns, constants = answers.contrasts(values)
    found = answers.ones(slice(None)).T @ columns + constants.sum(axis=0)
    by_hand = [
        sum(values[j, code, 0] for j, code in enumerate(row) if code >= 0) for row in RESPONSES
    ]
    assert found[answers.row, 0] == pytest.approx(by_hand)


def test_counts_by_category_are_those_of_the_answers():
    answers = packed()
    ones = answers.ones(slice(None))
    counts = answers.by_category(ones @ answers.weight[:, None], np.array([answers.weight.sum()]))
    assert counts[:, :, 0].tolist() == [[2, 2, 0], [1, 2, 0], [1, 1, 2]]


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({}, 40),
        ({"groups": np.repeat([0, 1], 60)}, 80),
        ({"covariates": np.repeat([[0.5], [0.1], [0.2]], 40, axis=0)}, 120),
    ],
)
def test_people_alike_in_all_that_counts_are_taken_together(options, size):
    codes = np.stack(np.meshgrid([0, 1], [-1, 0, 1], [0, 1, 2]), axis=-1).reshape(-1, 3)
    responses = np.tile(codes, (7, 1))[:120]
    weight = np.arange(120.0)
    answers = packed(responses, weight=weight, **options)
    assert answers.size <= size
    assert answers.weight.sum() == weight.sum()
    assert (responses == answers.codes[:, answers.row].T).all()
    for name, values in options.items():
        kept = getattr(answers, name.removesuffix("s") if name == "groups" else name)
        assert (kept[answers.row] == values).all()


def test_people_who_were_asked_nothing_are_known():
    responses = np.array([[0, 1, 2], [-1, -1, -1]])
    assert packed(responses).is_answering.tolist() == [True, False]
