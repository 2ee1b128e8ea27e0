"""What can be read from an R call: its arguments, contrasts and designs."""

import re
from typing import Any


def arguments(call: str, function: str) -> list[str]:
    """Arguments of the first call of a function, as text; none when it is not called."""
    found = re.search(rf"(?<![\w.]){re.escape(function)}\(", call)
    if not found:
        return []
    inner = _balanced(call[found.end() :])
    return [part.strip() for part in _split(inner)]


def named(parts: list[str]) -> dict[str, str]:
    """The arguments that carry a name."""
    pairs = [re.match(r"\s*([`'\"]?)([^=`'\"]+?)\1\s*=(?!=)\s*(.*)$", part, re.S) for part in parts]
    return {match[2].strip(): match[3].strip() for match in pairs if match}


def contrast_of(call: str) -> Any:
    """The second argument of svycontrast: an expression, coefficients, or several by title."""
    parts = arguments(call, "svycontrast")
    return _contrast(parts[1]) if len(parts) > 1 else None


def design_of_text(text: str) -> dict[str, Any]:
    """A design as designs.json would hold it, from the text of svydesign()."""
    given = named(arguments(text, "svydesign"))
    options = {"nest": given.get("nest", "").startswith("T"), "kind": "taylor", "options": []}
    weights = given.get("weights") or given.get("probs") or given.get("prob")
    spec = {
        "psu": _formula(given.get("id") or given.get("ids")),
        "strata": _formula(given.get("strata")),
        "weights": _formula(weights),
        "fpc": _formula(given.get("fpc")),
    }
    if "weights" not in given and spec["weights"] not in (None, "1"):
        spec["weights"] = f"1/{spec['weights']}"
    return options | spec


def _contrast(text: str) -> Any:
    if quoted := arguments(text, "quote"):
        return quoted[0].replace("^", "**")
    if text.startswith("list("):
        return {name: _contrast(one) for name, one in named(arguments(text, "list")).items()}
    parts = arguments(text, "c")
    by_name = named(parts)
    values = by_name or parts
    if isinstance(values, dict):
        return {name: float(value) for name, value in values.items()}
    return [float(value) for value in values]


def _formula(text: str | None) -> Any:
    """Columns of ~a+b; None for ~1 as a unit or nothing at all."""
    if text is None or text == "NULL":
        return None
    if repeated := re.match(r"rep\(([\d.]+),", text):
        return repeated[1]
    names = [name.strip() for name in text.lstrip("~").split("+")]
    if names == ["1"]:
        return "1"
    return names if len(names) > 1 else names[0]


def _balanced(text: str) -> str:
    depth = 1
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return text[:place]
    return text


def _split(text: str) -> list[str]:
    """Parts between commas outside brackets and quotes."""
    parts, start, depth, quote = [], 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if sign == "," and depth == 0:
                parts.append(text[start:place])
                start = place + 1
    return [*parts, text[start:]]
