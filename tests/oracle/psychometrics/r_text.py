"""Reading R calls, as far as the texts beside reference numbers need it.

The texts are calls with prose around and inside them, such as
"plink(pars, D=1, weights.t=N(0,1) density on seq(-4,4,0.05), symmetric=FALSE)". Nothing is
evaluated: a call is its name and the texts of its arguments.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray
from tests.oracle.psychometrics.requests import Request

NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_OPENING = re.compile(r"([A-Za-z][\w.]*)\(")
_NAMED = re.compile(r"\s*([A-Za-z][\w.]*)\s*=(?!=)\s*(.*)", re.DOTALL)
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True)
class Call:
    """One call of a text.

    Attributes:
        name: without its package.
        unnamed: texts of the arguments without a name, in order.
        named: texts of the others by name.
    """

    name: str
    unnamed: tuple[str, ...]
    named: dict[str, str]

    def argument(self, name: str, place: int | None = None) -> str | None:
        """An argument by name, which R lets one abbreviate, or else by its place from 0."""
        for known, value in self.named.items():
            if known == name or (len(known) > 2 and name.startswith(known)):
                return value
        return self.unnamed[place] if place is not None and place < len(self.unnamed) else None


def calls(text: str) -> Iterator[Call]:
    """Every call, outer before inner; one without its closing bracket ends with the text."""
    for opening in _OPENING.finditer(text):
        parts = list(_split(text[opening.end() :]))
        matches = [_NAMED.fullmatch(part) for part in parts]
        yield Call(
            opening[1],
            tuple(part.strip() for part, named in zip(parts, matches, strict=True) if not named),
            {named[1]: named[2].strip() for named in matches if named},
        )


def _split(text: str) -> Iterator[str]:
    """The arguments up to the bracket that closes the call."""
    depth, quote, start = 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif depth == 0 and letter in ",)":
            yield text[start:place]
            start = place + 1
            if letter == ")":
                return
        else:
            depth += _BRACKETS.get(letter, 0)
    yield text[start:]


def texts(request: Request) -> tuple[str, ...]:
    """Where parameters are looked for: the request's own call, its note, the case's calls."""
    return (request.call, request.note, *dict.fromkeys(request.calls))


def argument(
    request: Request, function: str, name: str, place: int | None = None, *, default: str = ""
) -> str:
    """An argument of the first call of a function that has it; functions as a pattern."""
    for text in texts(request):
        for call in calls(text):
            if re.fullmatch(function, call.name):
                value = call.argument(name, place)
                if value is not None and value != "...":
                    return value
    return default


def anywhere(request: Request, pattern: str) -> re.Match[str] | None:
    """The first match of a pattern in the texts."""
    found = (re.search(pattern, text) for text in texts(request))
    return next((match for match in found if match), None)


def assigned(request: Request, name: str) -> float | None:
    """The number after "name =", in a call or in prose."""
    found = anywhere(request, rf"(?<![\w.]){re.escape(name)}\s*=\s*{NUMBER}")
    return float(found[1]) if found else None


def numbers(text: str) -> list[float]:
    """All numbers of a text that are not part of a name."""
    return [float(each) for each in re.findall(rf"(?<![\w.]){NUMBER}(?![\w.])", text)]


def words(text: str) -> list[str]:
    """Names and quoted texts, in order."""
    quoted = r"\"([^\"]*)\"|'([^']*)'|([A-Za-z][\w.]*)"
    return ["".join(found) for found in re.findall(quoted, text)]


def is_true(text: str) -> bool:
    return text.strip() in ("T", "TRUE")


def sequence(text: str) -> FloatArray | None:
    """The numbers of the first seq() in a text, whose length may stand outside: "81-point"."""
    found = next((call for call in calls(text) if call.name == "seq"), None)
    if found is None:
        return None
    low, high = (float(found.argument(name, at)) for at, name in enumerate(("from", "to")))
    count = next((value for key, value in found.named.items() if key.startswith("len")), None)
    outside = re.search(r"(\d+)[- ](?:point|node|quadrature)", text)
    step = found.argument("by", 2)
    if count is None and step is None and outside:
        count = outside[1]
    if count is not None:
        return np.linspace(low, high, round(float(count)))
    by = float(step or 1)
    return low + by * np.arange(1 + int(np.floor((high - low) / by + 1e-9)))


def grid(request: Request) -> FloatArray | None:
    """The first seq() of the texts."""
    found = (sequence(text) for text in texts(request))
    return next((each for each in found if each is not None), None)


def normal(given: Iterable[str], functions: str = "N") -> tuple[float, float] | None:
    """Mean and spread as written: of N(mean, variance) the root, unless written as a square."""
    for text in given:
        for call in calls(text):
            if re.fullmatch(functions, call.name) and len(call.unnamed) + len(call.named) >= 2:
                values = [*call.unnamed, *call.named.values()][-2:]
                spread = re.fullmatch(rf"{NUMBER}\s*(\^2)?", values[1])
                if spread and re.fullmatch(NUMBER, values[0]):
                    is_variance = call.name == "N" and not spread[2]
                    size = float(spread[1])
                    return float(values[0]), size**0.5 if is_variance else size
    return None
