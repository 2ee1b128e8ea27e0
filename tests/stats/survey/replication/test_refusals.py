import pytest

from pipeline.errors import CalibrationError, NotConvergedError
from pipeline.stats.survey.replication.refusals import in_replicate


@pytest.mark.parametrize(("r", "place"), [(0, "full sample"), (17, "replicate 17")])
def test_a_refusal_says_in_which_replicate(r, place):
    with pytest.raises(NotConvergedError) as error, in_replicate(r):
        raise NotConvergedError("raking", ["gap 0.1", "gap 0.2"], hint="merge")
    assert error.value.where == f"{place}, raking"
    assert error.value.faults == error.value.__cause__.faults
    assert error.value.hint == "merge"


def test_faults_of_programs_pass_untouched():
    with pytest.raises(ZeroDivisionError), in_replicate(3):
        raise ZeroDivisionError


def test_nothing_happens_without_a_refusal():
    with in_replicate(1):
        done = True
    assert done
    assert issubclass(NotConvergedError, CalibrationError)
