"""The item bank: every item has a key among its options, every id stands once."""

import pytest

from pipeline.config.items import Item, load_items
from pipeline.config.loading import parse
from pipeline.errors import ConfigError

BLOCK = """
[[items]]
id = "{id}"
type = "single"
text_en = "Which?"
options = [{{ code = "1", text_en = "This" }}, {{ code = "2", text_en = "That" }}]
key = ["2"]
status = "live"
"""


def refusal(content) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(Item, content, "items.toml")
    return str(caught.value)


def test_a_single_item_has_one_answer_column(item):
    assert parse(Item, item, "x").answer_columns == {"q1": ("1", "2")}


def test_a_multiple_item_has_a_column_of_yes_and_no_per_option(item):
    item |= {"type": "multiple", "key": ["1", "2"]}
    columns = parse(Item, item, "x").answer_columns
    assert columns == {"q1_1": ("0", "1"), "q1_2": ("0", "1")}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"key": []}, "key key: expected Tuple should have at least 1 item"),
        ({"key": ["3"]}, "item q1: key ['3'] is not among its options ['1', '2']"),
        ({"key": ["1", "2"]}, "item q1: a single item has exactly one key"),
        ({"options": [{"code": "1", "text_en": "This"}]}, "at least 2 items"),
        ({"id": "Frage 1"}, "key id: expected String should match pattern"),
        ({"scoring": {"quiz": {"dimension": "facts", "points": 0}}}, "greater than 0"),
        ({"type": "essay"}, "'true_false', 'single' or 'multiple'"),
    ],
)
def test_an_item_that_cannot_be_scored_is_refused(item, change, sentence):
    assert sentence in refusal(item | change)


def test_an_item_without_a_key_is_refused(item):
    del item["key"]
    assert "key key is missing" in refusal(item)


def test_options_that_share_a_code_are_refused(item):
    item["options"][1]["code"] = "1"
    assert "item q1: two options share a code" in refusal(item)


@pytest.mark.parametrize("code", ["01", "a", "-1", "1.0", ""])
def test_codes_that_are_no_plain_number_are_refused(item, code):
    item["options"][1]["code"] = code
    assert "key options.1.code: expected String should match pattern" in refusal(item)


def test_blocks_make_one_bank(tmp_path):
    (tmp_path / "a.toml").write_text(BLOCK.format(id="q1"), encoding="utf-8")
    (tmp_path / "b.toml").write_text(BLOCK.format(id="q2"), encoding="utf-8")
    assert list(load_items(tmp_path)) == ["q1", "q2"]


def test_an_item_in_two_blocks_is_refused(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(BLOCK.format(id="q1"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"b\.toml: item q1 stands twice in the bank"):
        load_items(tmp_path)


def test_a_folder_without_items_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="expected at least one item file"):
        load_items(tmp_path)
