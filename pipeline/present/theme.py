"""Look of all charts: vendored fonts, colours, sizes; a character without a glyph is an error.

Colours keep apart for colour-blind readers and, by their lightness, in grey print;
where two series meet, their markers differ too.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager

from pipeline.errors import FontMissingError

FONTS = Path(__file__).with_name("fonts")
FAMILIES = ["Noto Sans SC", "DejaVu Sans"]

INK = "#1a1a1a"
QUIET = "#595959"
FAINT = "#d9d9d9"
MAIN = "#08519c"  # the monitored area; darkest in grey
SECOND = "#d95f02"  # its counterpart; middle grey
REFERENCE = "#737373"  # published figures of other areas
EARLIER = "#b3b3b3"  # the same under an earlier standard
TARGET = "#8c2d04"
BAND = "#c6dbef"  # interval behind other marks
WARNING = "#ffd54d"  # ground of the mark on synthetic results

SMALL, BODY, TITLE = 8.0, 8.5, 11.5

_SETTINGS = {
    "font.family": FAMILIES,
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,
    "text.hinting": "none",  # hinted widths depend on the resolution
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": BODY,
    "ytick.labelsize": BODY,
    "lines.linewidth": 1.6,
    "svg.hashsalt": "science-literacy-monitor",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "savefig.facecolor": "white",
}
_MISSING = re.compile(r"Glyph (\d+) .* missing")


@contextmanager
def applied() -> Iterator[None]:
    """Draw or save with the project's look.

    Raises:
        FontMissingError: a character has no glyph in the vendored fonts.
    """
    _register_fonts()
    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("error", message=_MISSING.pattern)
        try:
            yield
        except UserWarning as warning:
            missing = _MISSING.search(str(warning))
            if missing is None:
                raise
            point = int(missing.group(1))
            raise FontMissingError(
                "charts",
                f"expected a glyph for every character, got: U+{point:04X} {chr(point)}",
                hint="correct the label, or add the character to the font subset",
            ) from None


@cache
def _register_fonts() -> None:
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)
