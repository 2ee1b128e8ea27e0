"""Breaking text into lines that fit, in Chinese (between characters) and in English."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from pipeline.present import theme

POINTS_PER_INCH = 72.0
_DPI = 300

_CLOSING = {"Pe", "Pf", "Po", "Pd", "Sm"}
_OPENING = {"Ps", "Pi"}


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width in inches of one line of text."""
    return _renderer_width(text, size, weight) / _DPI


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Text with line breaks, no line wider than `width` inches."""
    return "\n".join(_filled(_tokens(text), width, size, weight))


def shortened(text: str, width: float, size: float, ellipsis: str, weight: str = "normal") -> str:
    """Text on one line of `width` inches, its end cut where it is longer."""
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(text + ellipsis, size, weight) > width:
        text = text[:-1].rstrip()
    return text + ellipsis


def headline(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Text broken after its clauses where they fit, else into lines of like length.

    For the latter the narrowest width that needs no more lines is searched for, so that
    no line is left with a character or two.
    """
    clauses = _clauses(text)
    if all(text_width(clause.strip(), size, weight) <= width for clause in clauses):
        return "\n".join(_filled(clauses, width, size, weight))
    lines = _filled(_tokens(text), width, size, weight)
    low, high = width / 2, width
    while high - low > 0.05:
        middle = (low + high) / 2
        narrower = _filled(_tokens(text), middle, size, weight)
        if len(narrower) == len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return "\n".join(lines)


def _clauses(text: str) -> list[str]:
    """Parts that end with a wide punctuation mark, or with a narrow one before a space."""
    clauses = [""]
    for before, character in zip(f" {text}", text, strict=False):
        is_end = unicodedata.category(before) == "Po" and before not in "%'\"@"
        if clauses[-1].strip() and is_end and (_is_wide(before) or character == " "):
            clauses.append("")
        clauses[-1] += character
    return clauses


def _filled(tokens: Sequence[str], width: float, size: float, weight: str) -> list[str]:
    lines = [""]
    for token in tokens:
        if text_width((lines[-1] + token).rstrip(), size, weight) > width and lines[-1]:
            lines.append("")
        lines[-1] += token if lines[-1] else token.lstrip()
    return [line.rstrip() for line in lines]


def _tokens(text: str) -> list[str]:
    """Smallest parts between which a line may break."""
    tokens: list[str] = []
    for character in text:
        if tokens and _stays_with(tokens[-1], character):
            tokens[-1] += character
        else:
            tokens.append(character)
    return tokens


def _stays_with(before: str, character: str) -> bool:
    kind, last = unicodedata.category(character), unicodedata.category(before[-1])
    if kind in _CLOSING or kind == "Zs" or last in _OPENING:
        return True
    if last == "Zs":
        return False
    return not (_is_wide(character) or _is_wide(before[-1]))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@lru_cache(maxsize=4096)
def _renderer_width(text: str, size: float, weight: str) -> float:
    # Glyph widths are rounded to pixels: measure at the resolution of print.
    renderer = RendererAgg(8, 8, _DPI)
    font = FontProperties(family=theme.FAMILIES, size=size, weight=weight)
    return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0])
