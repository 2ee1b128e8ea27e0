"""Parameters of a simulated city, as strict models of `data/raw/simulation/city.toml`."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from pipeline.config.loading import Model, load, parse
from pipeline.config.standard import Source
from pipeline.errors import ConfigError

Shares = dict[str, float]
MissingName = Literal["not_asked", "dont_know", "refused"]
DEFAULT = "*"


class Conditional(Model):
    """Shares of codes given other characteristics; keys join their values with `|`.

    The key `*` serves every combination not listed; without `given` it is the only one.
    """

    given: tuple[str, ...] = ()
    shares: dict[str, Shares] = Field(min_length=1)


class GroupEffects(Model):
    """Effects on a linear scale, by domain and category; what is not listed has none."""

    constant: float = 0.0
    groups: dict[str, dict[str, float]] = {}
    community_sd: float = Field(default=0.0, ge=0)


class Communities(Model):
    """Communities and villages: how many per part of a county, and how they differ."""

    number: dict[str, dict[str, int]]
    size_sd: float = Field(ge=0)
    education_sd: float = Field(ge=0)
    ur_codes: dict[str, Shares]


class Households(Model):
    """Households: eligible adults per household, and addresses without any."""

    eligible_adults: dict[str, Shares]
    ineligible: float = Field(ge=0, lt=1)


class Ability(GroupEffects):
    """Ability to answer the items: group effects, and spread of communities and people."""

    community_wave_sd: float = Field(ge=0)
    person_sd: float = Field(gt=0)


class Answering(Model):
    """Whoever does not know says so with probability logistic(constant - slope * ability)."""

    dont_know_constant: float
    dont_know_slope: float
    question_dont_know: float = Field(ge=0, lt=1)
    refused: float = Field(ge=0, lt=1)


class Interview(Model):
    """How interviews run: mode, duration, carelessness, break-offs."""

    self_completed: dict[str, float]
    median_minutes: float = Field(gt=0)
    minutes_sd: float = Field(ge=0)
    speeders: float = Field(ge=0, lt=1)
    speeder_minutes: tuple[float, float]
    break_offs: float = Field(ge=0, lt=1)
    break_off_at: tuple[float, float]
    refusals_among_nonrespondents: float = Field(ge=0, le=1)
    first_hour: float
    last_hour: float
    units_per_interviewer: int = Field(ge=1)


class QuestionShares(Conditional):
    """Answers to a question that is not scored.

    Shares of a single choice add to one; those of a multiple one stand alone. `at_most`
    bounds the options chosen, `among` restricts the choice to those of another question.
    """

    at_most: int | None = None
    among: str | None = None


class MissingCode(Model):
    """A user-missing code of the delivered file."""

    code: int
    title_zh: str


class Delivery(Model):
    """How the simulated vendor names and labels what it delivers.

    `names` maps our columns to the file's where they differ, and `identifiers` the file's
    columns that ingest must leave behind to patterns with {number}.
    """

    heading: str
    label: str
    names: dict[str, str]
    item_prefix: str
    missing: dict[MissingName, MissingCode]
    labels: dict[str, str]
    not_chosen: str
    chosen: str
    identifiers: dict[str, str]


class FrameList(Model):
    """Where the list of communities is written, and patterns of their names with {number}."""

    path: str
    names: dict[str, str]


class WaveDesign(Model):
    """One wave: level of ability, sample, fieldwork, texts.

    `first_stage` maps each stratum, a county or `county-urban` and `county-rural`, to the
    communities drawn; waves that share `random_start` draw many of the same communities.
    """

    year: int
    ability: float
    first_stage: dict[str, int]
    random_start: str
    households_per_community: int = Field(ge=1)
    online_share: float = Field(ge=0, lt=1)
    fieldwork_start: date
    fieldwork_end: date
    title_zh: str
    title_en: str
    design_zh: str
    design_en: str


class City(Model):
    """A city whose people, answers and surveys are simulated."""

    name: str
    source: Source
    communities: Communities
    urban_association: GroupEffects
    households: Households
    traits: dict[str, Conditional]
    ability: Ability
    answering: Answering
    response: GroupEffects
    online: GroupEffects
    interview: Interview
    questions: dict[str, QuestionShares]
    delivery: Delivery
    frame: FrameList
    waves: dict[str, WaveDesign]

    @model_validator(mode="after")
    def _shares_add_up(self) -> "City":
        tables: list[tuple[str, Mapping[str, Shares]]] = [
            ("communities.ur_codes", self.communities.ur_codes),
            ("households.eligible_adults", self.households.eligible_adults),
            *((f"traits.{name}", trait.shares) for name, trait in self.traits.items()),
        ]
        faults = [
            f"{name}: shares of {key} add to {sum(shares.values()):g}, expected 1"
            for name, table in tables
            for key, shares in table.items()
            if abs(sum(shares.values()) - 1) > 1e-9
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class ItemParameters(Model):
    """Difficulty and discrimination on the ability scale, and chance of a lucky guess."""

    item: str
    difficulty: float
    discrimination: float = Field(gt=0)
    guessing: float = Field(ge=0, lt=1)


class ItemTable(Model):
    """The rows of items.csv."""

    items: tuple[ItemParameters, ...]


def load_city(folder: Path) -> City:
    """Read `city.toml` of a simulation folder.

    Raises:
        ConfigError: a key is wrong or missing, or shares do not add to one.
    """
    return load(City, folder / "city.toml")


def load_item_parameters(folder: Path, items: Sequence[str]) -> dict[str, ItemParameters]:
    """Read `items.csv` of a simulation folder, by item.

    Raises:
        ConfigError: a number is wrong, or an item of the questionnaire is absent.
    """
    path = folder / "items.csv"
    rows = pd.read_csv(path, encoding="utf-8").to_dict(orient="records")
    table = parse(ItemTable, {"items": rows}, str(path))
    found = {row.item: row for row in table.items}
    absent = [f"item {item} has no parameters" for item in items if item not in found]
    if absent:
        raise ConfigError(str(path), absent)
    return found
