"""The report of a run, as lines of text."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.oracle.verdict import Verdict

OUTCOMES = ("right", "wrong", "missing")


def lines(found: Sequence[Verdict], show: int) -> Iterator[str]:
    """Counts by group and in all, then what was decided, then rows that fail."""
    binding = [each for each in found if each.is_binding]
    offered = [each for each in binding if each.outcome != "not offered"]
    for group in sorted({each.group for each in offered}):
        yield _counted(group, [each for each in offered if each.group == group])
    yield _counted("total", offered)
    yield from _left_out([each for each in binding if each.outcome == "not offered"])
    yield from _informational([each for each in found if not each.is_binding])
    yield from _failures([each for each in offered if each.is_failure], show)


def _counted(title: str, found: Sequence[Verdict]) -> str:
    counts = Counter(each.outcome for each in found)
    numbers = "  ".join(f"{outcome} {counts[outcome]:5d}" for outcome in OUTCOMES)
    return f"{title:16s} {numbers}"


def _left_out(found: Sequence[Verdict]) -> Iterator[str]:
    if found:
        yield f"\nnot offered      {len(found)} binding numbers"
        for (group, why), count in Counter((each.group, each.why) for each in found).items():
            yield f"  {group:14s} {count:5d}  {why}"


def _informational(found: Sequence[Verdict]) -> Iterator[str]:
    if found:
        yield f"\ninformational    {len(found)} numbers, decided one by one in docs/survey.md"
        for group in sorted({each.group for each in found}):
            own = [each for each in found if each.group == group]
            counts = Counter(each.outcome for each in own)
            told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
            yield f"  {group:14s} {told}"


def _failures(found: Sequence[Verdict], show: int) -> Iterator[str]:
    if found and show:
        yield ""
    for each in found[:show]:
        if each.outcome == "wrong":
            yield f"WRONG    {each.place}: expected {each.expected!r}, got {each.answer!r}"
        else:
            yield f"MISSING  {each.place}: {each.why.splitlines()[0]}"
    if len(found) > show > 0:
        yield f"... and {len(found) - show} more"


def informational(found: Sequence[Verdict]) -> Iterator[str]:
    """Every informational row: the reference and ours."""
    for each in found:
        if not each.is_binding:
            got = each.answer if each.outcome != "missing" else each.why.splitlines()[0]
            yield f"{each.outcome:8s} {each.place}: reference {each.expected!r}, ours {got!r}"
