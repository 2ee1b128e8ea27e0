"""Right, wrong and missing numbers of a folder of survey statistics, by group."""

import math
from collections.abc import Iterable, Iterator

from tests.oracle.survey.answers import answer
from tests.oracle.survey.cases import Answers, Case, Folder, Number
from tests.oracle.survey.decisions import not_offered
from tests.oracle.verdict import Verdict


def verdicts(folder: Folder, groups: Iterable[str] = ()) -> Iterator[Verdict]:
    """Every number of a folder, compared with ours."""
    wanted = set(groups)
    for case in folder.cases.values():
        if not wanted or case.group in wanted:
            yield from _of_case(folder, case)


def _of_case(folder: Folder, case: Case) -> Iterator[Verdict]:
    if reason := not_offered(case, folder.designs.get(case.design, {})):
        for number in case.numbers:
            yield _verdict(case, number, "not offered", why=reason)
        return
    answers, why = answer(folder, case)
    for number in case.numbers:
        yield _judged(case, number, answers, why)


def _judged(case: Case, number: Number, answers: Answers, why: str) -> Verdict:
    ours = answers.get((number.term, number.statistic))
    if ours is None:
        return _verdict(case, number, "missing", why=why or "no such row in our answer")
    return _verdict(case, number, "right" if number.is_met_by(ours) else "wrong", ours)


def _verdict(
    case: Case, number: Number, outcome: str, answer: float = math.nan, why: str = ""
) -> Verdict:
    return Verdict(
        group=case.group,
        place=f"{case.id} {number.term} {number.statistic}",
        expected=number.value,
        outcome=outcome,
        answer=answer,
        why=why,
        is_binding=number.is_binding,
    )
