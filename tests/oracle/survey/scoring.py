"""Right, wrong and missing numbers of a folder, by group."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.oracle.survey.answers import answer
from tests.oracle.survey.cases import Answers, Case, Folder, Number
from tests.oracle.survey.decisions import not_offered


@dataclass(frozen=True)
class Verdict:
    """What became of one reference number.

    Attributes:
        outcome: "right", "wrong", "missing", or "not offered" of what is left out on purpose.
        why: nothing was answered, or is not offered.
    """

    case: Case
    number: Number
    outcome: str
    answer: float = math.nan
    why: str = ""

    @property
    def is_failure(self) -> bool:
        return self.number.is_binding and self.outcome in ("wrong", "missing")


def verdicts(folder: Folder, groups: Iterable[str] = ()) -> Iterator[Verdict]:
    """Every number of a folder, compared with ours."""
    wanted = set(groups)
    for case in folder.cases.values():
        if not wanted or case.group in wanted:
            yield from _of_case(folder, case)


def _of_case(folder: Folder, case: Case) -> Iterator[Verdict]:
    if reason := not_offered(case, folder.designs.get(case.design, {})):
        for number in case.numbers:
            yield Verdict(case, number, "not offered", why=reason)
        return
    answers, why = answer(folder, case)
    for number in case.numbers:
        yield _judged(case, number, answers, why)


def _judged(case: Case, number: Number, answers: Answers, why: str) -> Verdict:
    ours = answers.get((number.term, number.statistic))
    if ours is None:
        return Verdict(case, number, "missing", why=why or "no such row in our answer")
    return Verdict(case, number, "right" if number.is_met_by(ours) else "wrong", ours)
