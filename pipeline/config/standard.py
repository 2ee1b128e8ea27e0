"""A scoring standard: what is measured, in how many points, and who passes."""

from datetime import date
from math import isclose
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from pipeline.config.loading import Model, parse, read_toml
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind


class Source(Model):
    """Where a domain fact comes from."""

    title: str
    url: str = ""
    accessed: date
    note: str = ""


class AgeRange(Model):
    """Ages to which a standard or a survey applies, both ends included."""

    age_min: int
    age_max: int | None = None

    def __str__(self) -> str:
        return (
            f"{self.age_min} and over" if self.age_max is None else f"{self.age_min}-{self.age_max}"
        )

    def covers(self, other: "AgeRange") -> bool:
        """Whether every age of `other` lies in this range."""
        if self.age_max is None:
            return self.age_min <= other.age_min
        return (
            self.age_min <= other.age_min
            and other.age_max is not None
            and other.age_max <= self.age_max
        )


class Dimension(Model):
    """A part of the test; without `points` the standard states no weight for it."""

    id: str
    title_zh: str
    title_en: str
    points: float | None = None


class TotalRule(Model):
    """Literate when the total reaches the cut."""

    rule: Literal["total"]
    cut: float
    inclusive: bool


class EveryDimensionRule(Model):
    """Literate when every dimension reaches its own cut; the plan sets the cuts."""

    rule: Literal["every_dimension"]
    inclusive: bool


PassRule = Annotated[TotalRule | EveryDimensionRule, Discriminator("rule")]


class Level(Model):
    """A cumulative level: everybody at or above `cut`."""

    id: str
    title_zh: str
    title_en: str
    cut: float


class MissingRule(Model):
    """How each kind of missing answer is scored."""

    not_asked: Literal["wrong", "not_scored"]
    dont_know: Literal["wrong", "not_scored"]
    refused: Literal["wrong", "not_scored"]
    invalid: Literal["wrong", "not_scored"]

    def unscored_kinds(self) -> frozenset[MissingKind]:
        """Kinds that leave the respondent without a score."""
        rules = self.model_dump()
        return frozenset(MissingKind[name.upper()] for name in rules if rules[name] != "wrong")


class Benchmark(Model):
    """One of the numbered benchmarks with its contiguous range of points."""

    id: int
    title_zh: str
    title_en: str
    first_point: int
    last_point: int


class Blueprint(Model):
    """What a questionnaire must contain to be scored under the standard."""

    items: int
    points_each: float
    types: tuple[str, ...]
    benchmarks: tuple[Benchmark, ...] = ()


class Standard(Model):
    """A versioned scoring standard."""

    id: str
    version: str
    status: Literal["official", "historical", "synthetic"]
    title_zh: str
    title_en: str
    score_max: float | None = None
    source: Source
    population: AgeRange
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    passing: PassRule = Field(alias="pass")
    levels: tuple[Level, ...] = ()
    missing: MissingRule
    blueprint: Blueprint | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "Standard":
        faults = [*self._point_faults(), *self._level_faults(), *self._benchmark_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _point_faults(self) -> list[str]:
        points = [d.points for d in self.dimensions if d.points is not None]
        if not points or self.score_max is None:
            return []
        if isclose(sum(points), self.score_max):
            return []
        return [f"dimensions sum to {sum(points):g} points, expected score_max {self.score_max:g}"]

    def _level_faults(self) -> list[str]:
        cuts = [level.cut for level in self.levels]
        return [] if cuts == sorted(cuts, reverse=True) else ["levels must stand highest cut first"]

    def _benchmark_faults(self) -> list[str]:
        expected, faults = 1, []
        for mark in self.blueprint.benchmarks if self.blueprint else ():
            if mark.first_point != expected:
                faults.append(f"benchmark {mark.id} starts at {mark.first_point}, not {expected}")
            expected = mark.last_point + 1
        return faults

    @property
    def label(self) -> str:
        """Name and version, as every score, table and chart prints them."""
        return f"{self.id}@{self.version}"


class RefusedStandard(Model):
    """A text that looks like a standard and must not be used as one."""

    id: str
    status: Literal["refused"]
    title_zh: str
    title_en: str
    reason_zh: str
    reason_en: str
    source: Source | None = None


def load_standard(path: Path) -> Standard:
    """Read a standard.

    Raises:
        ConfigError: the file is wrong, or the standard is refused (with the reason).
    """
    content = read_toml(path)
    if content.get("status") == "refused":
        refused = parse(RefusedStandard, content, str(path))
        raise ConfigError(
            str(path), f"standard {refused.id} is refused: {refused.reason_zh} {refused.reason_en}"
        )
    standard = parse(Standard, content, str(path))
    if standard.id != path.stem:
        raise ConfigError(str(path), f"key id: expected {path.stem}, got {standard.id}")
    return standard
