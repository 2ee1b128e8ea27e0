"""The vendored fonts: as documented, and able to write every word we ship."""

import hashlib

import pytest
from fontTools.ttLib import TTFont

from pipeline.present.language import Words
from pipeline.present.theme import FONTS

FILES = sorted(FONTS.glob("*.ttf"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_font_is_the_one_its_readme_describes(path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"| `{path.name}` | `{digest}` |" in (FONTS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_character_of_the_words_has_a_glyph(path):
    glyphs = TTFont(path).getBestCmap()
    needed = {c for name in ("zh-CN", "en") for text in Words.load(name).sentences.values()
              for c in text}  # fmt: skip
    assert not {c for c in needed if ord(c) not in glyphs}


def test_the_licence_comes_with_the_fonts():
    assert len(FILES) == 2
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8").upper()
