"""Maintainer script: merge the slices of a fontsource package into one small TrueType file.

Run once per release of the fonts, with fontTools and brotli installed:

    npm pack @fontsource/noto-sans-sc@5.3.0 && tar xzf fontsource-noto-sans-sc-5.3.0.tgz
    python build_subset.py package/files

The subset holds GB2312, Latin-1 and the symbols that reports need. Weights other than
these two, hinting and layout tables are left out; dates are fixed, so bytes are too.
"""

import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont

FAMILY = "Noto Sans SC"
WEIGHTS = {400: "Regular", 700: "Bold"}
SYMBOLS = {
    *range(0x2460, 0x246A),  # circled digits
    *range(0x2190, 0x2194),  # arrows
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x2030),  # punctuation
    *(0x2103, 0x2212, 0x221A, 0x2248, 0x2264, 0x2265),  # degree Celsius, mathematics
    *(0x25A0, 0x25A1, 0x25B2, 0x25B3, 0x25BC, 0x25BD, 0x25C6, 0x25C7),  # shapes
    *(0x25CB, 0x25CF, 0x2605, 0x2606),
    *map(ord, "\u0394\u03b1\u03b2\u03b3\u03b4\u03b5\u03b8\u03bb\u03bc\u03c1\u03c3\u03c7"),
}
KEPT_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)
# The first second of 2026, counted from 1904 as fonts do.
_DATE = 3_850_070_400
DROPPED_TABLES = ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "MATH", "gasp"]


def wanted() -> set[int]:
    """Code points of the subset."""
    gb2312 = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            gb2312 |= set(map(ord, bytes([row, cell]).decode("gb2312", errors="ignore")))
    return gb2312 | set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | SYMBOLS


def slices(folder: Path, weight: int) -> list[Path]:
    """The package's files of one weight, the richest first."""
    stem = "noto-sans-sc"
    numbered = sorted(folder.glob(f"{stem}-[0-9]*-{weight}-normal.woff2"))
    named = [folder / f"{stem}-{s}-{weight}-normal.woff2" for s in ("chinese-simplified", "latin")]
    return named + numbered


def merged(folder: Path, weight: int) -> TTFont:
    """All wanted glyphs of one weight in one font."""
    options = subset.Options()
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    options.drop_tables += DROPPED_TABLES
    options.name_IDs = list(KEPT_NAMES)
    found: set[int] = set()
    with tempfile.TemporaryDirectory() as aside:
        parts = []
        for number, path in enumerate(slices(folder, weight)):
            font = TTFont(path, recalcTimestamp=False)
            needed = (set(font.getBestCmap()) & wanted()) - found
            if not needed:
                continue
            subsetter = subset.Subsetter(options)
            subsetter.populate(unicodes=needed)
            subsetter.subset(font)
            font.flavor = None
            parts.append(f"{aside}/{number}.ttf")
            font.save(parts[-1])
            found |= needed
        return Merger(Options(drop_tables=["GSUB", "GPOS"])).merge(parts)


def named(font: TTFont, weight: int) -> TTFont:
    """Give the font its family, style and weight; the package calls every weight Thin."""
    style, names = WEIGHTS[weight], font["name"]
    texts = {1: FAMILY, 2: style, 3: f"subset;{FAMILY} {style}", 4: f"{FAMILY} {style}"}
    texts[6] = f"{FAMILY.replace(' ', '')}-{style}"
    for identifier, text in texts.items():
        names.setName(text, identifier, 3, 1, 0x409)
    names.names = [n for n in names.names if n.nameID in KEPT_NAMES and n.platformID == 3]
    is_bold = style == "Bold"
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x20 if is_bold else 0x40
    font["head"].macStyle = int(is_bold)
    font["head"].created = font["head"].modified = _DATE
    font.recalcTimestamp = False
    return font


def main() -> None:
    """Write one file per weight beside this script."""
    for weight, style in WEIGHTS.items():
        font = named(merged(Path(sys.argv[1]), weight), weight)
        font.save(Path(__file__).with_name(f"NotoSansSC-{style}.subset.ttf"))


if __name__ == "__main__":
    main()
