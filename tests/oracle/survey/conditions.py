"""Conditions and expressions as the reference numbers write them, over the columns of a frame."""

import re
from typing import Any

import numpy as np
import pandas as pd

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<![\w.`'\"])[A-Za-z_][\w.]*")
_MISSING = re.compile(r"([\w.]+)\s+(?:is\s+)?(not\s+)?missing")
_REMARK = re.compile(r"\s+\(|[:;]\s|[:;]$")


def mask_of(frame: pd.DataFrame, text: str | None) -> "pd.Series[bool]":
    """Rows that a condition names; remarks such as "(one PSU)" after it are left out."""
    everybody = pd.Series(True, index=frame.index)
    if not text or text == "all":
        return everybody
    mask = everybody
    for part in _parts(without_remark(text)):
        mask &= _part(frame, part)
    return mask


def values_of(frame: pd.DataFrame, text: str) -> "pd.Series[Any]":
    """A column, or an expression of columns; missing where one of its columns is."""
    if text in frame:
        return frame[text]
    inner = re.sub(r"^(?:I|as\.numeric|as\.integer)\((.*)\)$", r"\1", text.strip())
    inner = inner.replace("^", "**")
    found = frame.eval(quoted(frame, inner), engine="python")
    used = [name for name in _names(inner) if name in frame]
    if not isinstance(found, pd.Series):
        found = pd.Series(found, index=frame.index)
    missing = frame[used].isna().any(axis=1)
    return found.astype(float).mask(missing) if missing.any() else found


def quoted(frame: pd.DataFrame, expression: str) -> str:
    """Names with dots in the quotes that pandas wants."""

    def name(match: re.Match[str]) -> str:
        word = match.group()
        return f"`{word}`" if word in frame and not word.isidentifier() else word

    return "".join(
        piece if _QUOTED.fullmatch(piece) else _NAME.sub(name, piece)
        for piece in re.split(f"({_QUOTED.pattern})", expression)
    )


def without_remark(text: str) -> str:
    """What stands before a bracket or colon that is outside quotes and outside brackets."""
    plain = _QUOTED.sub(lambda match: "_" * len(match.group()), text)
    for match in _REMARK.finditer(plain):
        before = plain[: match.start()]
        is_open = before.count("(") > before.count(")")
        joins = re.search(r"(\b(and|or|not|in)|[&|=<>!])$", before)
        if before and not is_open and not joins:
            return text[: match.start()]
    return text


def _parts(text: str) -> list[str]:
    """Conditions joined by "and", outside quotes and brackets."""
    plain = _QUOTED.sub(lambda match: "_" * len(match.group()), text)
    parts, start, depth = [], 0, 0
    for place, sign in enumerate(plain):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        word = re.match(r" and | & |, ", plain[place:])
        if word and depth == 0:
            parts.append(text[start:place])
            start = place + len(word.group())
    return [part.strip() for part in [*parts, text[start:]]]


def _part(frame: pd.DataFrame, text: str) -> "pd.Series[bool]":
    if match := _MISSING.fullmatch(text):
        name, negated = match.groups()
        return frame[name].notna() if negated else frame[name].isna()
    if match := re.fullmatch(r"not \((.*)\)", text):
        return ~mask_of(frame, match.group(1))
    found = frame.eval(quoted(frame, text), engine="python")
    return pd.Series(np.asarray(found, dtype=bool), index=frame.index)


def _names(expression: str) -> list[str]:
    return _NAME.findall(_QUOTED.sub("", expression))
