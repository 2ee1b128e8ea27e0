"""The item bank: scored questions with their keys and points per standard."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from pipeline.config.loading import Model, load
from pipeline.errors import ConfigError

# Answers are stored as whole numbers, one spelling each; negative ones say why none was given.
ANSWER_CODE = r"^(0|[1-9][0-9]*)$"


class Option(Model):
    """One answer of a question; `code` is what answer columns hold."""

    code: str = Field(pattern=ANSWER_CODE)
    text_zh: str = ""
    text_en: str


class ItemScoring(Model):
    """What an item is worth under one standard."""

    dimension: str
    points: float = Field(gt=0)


class Item(Model):
    """A scored question.

    `follows` names a lead item: the question is put only to those who answered the lead
    item correctly, so not being asked it counts as wrong wherever the lead was asked.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Literal["true_false", "single", "multiple"]
    text_zh: str = ""
    text_en: str
    options: tuple[Option, ...] = Field(min_length=2)
    key: tuple[str, ...] = Field(min_length=1)
    benchmark: int | None = None
    benchmark_point: int | None = None
    status: Literal["draft", "pilot", "live", "retired"]
    anchor: bool = False
    follows: str | None = None
    partial_credit: bool = False
    scoring: dict[str, ItemScoring] = {}

    @model_validator(mode="after")
    def _key_is_an_option(self) -> "Item":
        codes = [option.code for option in self.options]
        outside = [code for code in self.key if code not in codes]
        if outside:
            raise ValueError(f"item {self.id}: key {outside} is not among its options {codes}")
        if len(set(codes)) != len(codes):
            raise ValueError(f"item {self.id}: two options share a code")
        if self.type != "multiple" and len(self.key) != 1:
            raise ValueError(f"item {self.id}: a {self.type} item has exactly one key")
        return self

    @property
    def answer_columns(self) -> dict[str, tuple[str, ...]]:
        """Answer columns with their valid codes; one 0/1 column per option when multiple."""
        return answer_columns(self.id, [o.code for o in self.options], self.type == "multiple")


def answer_columns(name: str, codes: list[str], multiple: bool) -> dict[str, tuple[str, ...]]:
    """Answer columns of a question with the codes each may hold."""
    if multiple:
        return {f"{name}_{code}": ("0", "1") for code in codes}
    return {name: tuple(codes)}


class ItemFile(Model):
    """One block of the bank."""

    items: tuple[Item, ...]


def load_items(folder: Path) -> dict[str, Item]:
    """Read every block of the item bank, by item id.

    Raises:
        ConfigError: a block is wrong or two blocks hold the same id.
    """
    bank: dict[str, Item] = {}
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise ConfigError(str(folder), "expected at least one item file (*.toml), found none")
    for path in paths:
        for item in load(ItemFile, path).items:
            if item.id in bank:
                raise ConfigError(str(path), f"item {item.id} stands twice in the bank")
            bank[item.id] = item
    return bank
