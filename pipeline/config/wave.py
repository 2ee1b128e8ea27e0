"""Waves: the register, the description of one wave, and the map of its microdata columns."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.config.loading import Model, load
from pipeline.config.standard import Source
from pipeline.errors import ConfigError

# A wave names a folder, a stage of DVC and a part of file names.
WaveId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class Monitor(Model):
    """What is monitored, where, and in which languages results are written."""

    id: str
    title_zh: str = ""
    title_en: str
    area_code: str
    area_zh: str = ""
    area_en: str
    population_zh: str = ""
    population_en: str
    languages: tuple[Literal["zh-CN", "en"], ...] = Field(min_length=1)


class RegisteredWave(Model):
    """Which questionnaire, plan and population belong to a wave."""

    year: int
    instrument: str
    plan: str
    population: str


class Register(Model):
    """All waves of a workspace; DVC reads the same file to make its stages."""

    code: str
    monitor: Monitor
    waves: dict[WaveId, RegisteredWave]

    def wave(self, wave: str) -> RegisteredWave:
        """The entry of one wave.

        Raises:
            ConfigError: the wave is not registered.
        """
        if wave not in self.waves:
            raise ConfigError(
                "data/raw/waves.toml",
                f"wave {wave} is not registered; registered: {', '.join(self.waves) or 'none'}",
                hint="add it to the register, or correct the wave",
            )
        return self.waves[wave]

    @property
    def ordered(self) -> list[str]:
        """Wave ids from the earliest year to the latest."""
        return sorted(self.waves, key=lambda wave: (self.waves[wave].year, wave))


class WaveDescription(Model):
    """Facts about one wave's fieldwork and its delivered file.

    `frame` names the list from which first-stage units were drawn: in waves of one frame
    the same unit name means the same unit, and their change takes the covariance.
    """

    title_zh: str = ""
    title_en: str
    origin: Literal["real", "synthetic"]
    microdata: str
    fieldwork_start: date
    fieldwork_end: date
    frame: str
    design_zh: str = ""
    design_en: str
    source: Source


class ColumnMap(Model):
    """How a delivered file's columns and codes become ours.

    `sources` maps our column to the file's; `recode` maps the file's codes to ours per
    column; `missing` maps the file's codes of missing answers to their kind, for all
    answer columns or (`missing_in`) for one column, where a variable is left empty; `blank`
    says what an empty answer means; `constant` fills a column the file lacks; `absent`
    lists variables and answer columns not fielded.
    """

    sources: dict[str, str]
    recode: dict[str, dict[str, str]] = {}
    missing: dict[str, Literal["not_asked", "dont_know", "refused", "invalid"]] = {}
    missing_in: dict[str, dict[str, Literal["not_asked", "dont_know", "refused", "invalid"]]] = {}
    blank: Literal["not_asked", "dont_know", "refused", "invalid"] | None = None
    constant: dict[str, str] = {}
    absent: tuple[str, ...] = ()


def load_register(path: Path) -> Register:
    """Read the register of waves."""
    return load(Register, path)
