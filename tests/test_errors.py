"""Errors as users read them: where, what was expected, what to do."""

import pickle

import pytest

from pipeline.errors import ContractError, UnscaledItemsError, within


def test_an_error_tells_every_place_it_came_up_in_the_largest_first():
    with pytest.raises(ContractError) as caught, within("wave 2025"), within("standard quiz@1"):
        raise ContractError("cut", "expected 70, got 700", hint="check the cut")
    assert caught.value.where == "wave 2025, standard quiz@1, cut"
    assert str(caught.value) == (
        "wave 2025, standard quiz@1, cut: expected 70, got 700\n  -> check the cut"
    )


def test_several_faults_stay_several_within_a_place():
    with pytest.raises(UnscaledItemsError) as caught, within("wave 2025"):
        raise UnscaledItemsError("calibration", ["item a", "item b"], items=[3, 1])
    assert str(caught.value) == "wave 2025, calibration: 2 faults\n  - item a\n  - item b"
    assert caught.value.items == (3, 1)


def test_other_errors_pass_untouched():
    with pytest.raises(KeyError, match="x"), within("wave 2025"):
        raise KeyError("x")


def test_errors_come_back_whole_from_a_worker():
    sent = UnscaledItemsError("calibration", ["item a", "item b"], items=[3, 1], hint="drop one")
    got = pickle.loads(pickle.dumps(sent))  # noqa: S301 - our own bytes
    assert (str(got), got.items, got.faults, got.exit_code) == (
        str(sent), sent.items, sent.faults, sent.exit_code,
    )  # fmt: skip
