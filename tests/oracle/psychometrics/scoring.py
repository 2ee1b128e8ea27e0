"""Right, wrong and missing numbers of a folder of psychometrics, by topic."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.oracle.psychometrics import (
    ability,
    calibration,
    classical,
    classification,
    dif,
    equating,
    fit,
    linking,
    plausible,
)
from tests.oracle.psychometrics.requests import Answer, Folder, Number, Request
from tests.oracle.verdict import Verdict

TOPICS = (
    classical, calibration, ability, fit, linking, dif, classification, equating, plausible,
)  # fmt: skip
ANSWERS: Mapping[str, Answer] = {
    statistic: answer for topic in TOPICS for statistic, answer in topic.ANSWERS.items()
}
# Of statistics whose names carry a cut, a weight, a level or an item.
PATTERNS: Mapping[re.Pattern[str], Answer] = {
    re.compile(pattern): answer
    for topic in TOPICS
    for pattern, answer in getattr(topic, "PATTERNS", {}).items()
}


def verdicts(folder: Folder, groups: Iterable[str] = ()) -> Iterator[Verdict]:
    """Every number of a folder, compared with ours."""
    wanted = set(groups)
    for request in folder.requests:
        if not wanted or request.topic in wanted:
            answers, why = _answered(request)
            for number in request.numbers:
                yield _judged(request, number, answers, why)


def answer_to(topic: str, statistic: str) -> Answer | None:
    """By name within the topic, by name, or by pattern."""
    for name in (f"{topic}:{statistic}", statistic):
        if name in ANSWERS:
            return ANSWERS[name]
    matching = (answer for pattern, answer in PATTERNS.items() if pattern.fullmatch(statistic))
    return next(matching, None)


def _answered(request: Request) -> tuple[Mapping[str, float], str]:
    answer = answer_to(request.topic, request.statistic)
    if answer is None:
        return {}, f"no answer to {request.statistic}"
    try:
        return answer(request), ""
    except Exception as fault:
        # One unreadable call must not hide the numbers of all others.
        return {}, f"{type(fault).__name__}: {fault}"


def _judged(request: Request, number: Number, answers: Mapping[str, float], why: str) -> Verdict:
    ours = float(answers.get(number.key, math.nan))
    outcome = "right" if number.is_met_by(ours) else "wrong"
    if number.key not in answers:
        outcome = "missing"
    return Verdict(
        group=request.topic,
        place=f"{request.case} {request.statistic} {number.key}".rstrip(),
        expected=number.value,
        outcome=outcome,
        answer=ours,
        why=why or "no such key in our answer",
    )
