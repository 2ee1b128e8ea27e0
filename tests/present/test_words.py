"""The words of both languages, and the rules of asking for them."""

import ast
import re
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.present import language
from pipeline.present.language import Words, gaps_of

PACKAGE = Path(language.__file__).parent
CHINESE, ENGLISH = Words.load("zh-CN").sentences, Words.load("en").sentences


def asked_for() -> list[re.Pattern[str]]:
    """Every text in the code that may be a key; places filled in at run time match any word."""
    patterns = []
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                patterns.append(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+"
                    for part in node.values
                ]
                patterns.append("".join(parts))
    return [re.compile(pattern) for pattern in patterns if r"\." in pattern]


def test_both_languages_have_the_same_keys():
    assert CHINESE.keys() == ENGLISH.keys()


def test_both_languages_have_the_same_gaps():
    assert not [key for key in CHINESE if gaps_of(CHINESE[key]) != gaps_of(ENGLISH[key])]


def test_no_key_is_unused():
    patterns = asked_for()
    unused = [key for key in CHINESE if not any(p.fullmatch(key) for p in patterns)]
    assert not unused


def test_chinese_sentences_have_full_width_punctuation():
    narrow = re.compile(r"[\u4e00-\u9fff}][,;:?!()]")
    assert not [key for key, text in CHINESE.items() if narrow.search(text)]


def test_english_words_hold_no_chinese():
    assert not [key for key, text in ENGLISH.items() if re.search(r"[\u4e00-\u9fff，。]", text)]


def test_no_sentence_names_a_cause():
    causal = re.compile(r"因为|由于|导致|使得|归因|because|due to|caused|thanks to", re.IGNORECASE)
    assert not [key for table in (CHINESE, ENGLISH) for key in table if causal.search(table[key])]


def test_an_unknown_key_is_refused():
    with pytest.raises(ConfigError, match=r"words/en\.toml: key chart\.tend\.title is unknown"):
        Words.load("en")("chart.tend.title")


@pytest.mark.parametrize("gaps", [{}, {"value": "1", "extra": "2"}, {"valu": "1"}])
def test_wrong_gaps_are_refused(gaps):
    with pytest.raises(ConfigError, match=r"key format\.percent: expected gaps \['value'\]"):
        Words.load("en")("format.percent", **gaps)


def test_a_language_without_words_is_refused():
    with pytest.raises(ConfigError, match=r"no words in fr; shipped: en, zh-CN"):
        Words.load("fr")
