"""Where everything lies in a workspace, and the models read from there."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.config.agreement import check_agreement
from pipeline.config.instrument import Instrument, load_instrument
from pipeline.config.items import Item, load_items
from pipeline.config.loading import load
from pipeline.config.plan import Plan
from pipeline.config.standard import Standard, load_standard
from pipeline.config.wave import ColumnMap, Register, WaveDescription, load_register
from pipeline.errors import ConfigError, WorkspaceError

REGISTER = Path("data/raw/waves.toml")


@dataclass(frozen=True)
class Workspace:
    """A project folder with its registers, instruments, plans and data."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> "Workspace":
        """The workspace in `folder` or in the nearest folder above it.

        Raises:
            WorkspaceError: there is none.
        """
        for candidate in (folder.resolve(), *folder.resolve().parents):
            if (candidate / REGISTER).is_file():
                return cls(candidate)
        raise WorkspaceError(
            str(folder),
            f"expected a workspace (a folder with {REGISTER}), found none here or above",
            hint="change into a workspace, or make one with `pipeline init DIR`",
        )

    @cached_property
    def register(self) -> Register:
        """The register of waves."""
        return load_register(self.root / REGISTER)

    @cached_property
    def bank(self) -> dict[str, Item]:
        """The item bank."""
        return load_items(self.instruments / "items")

    @property
    def instruments(self) -> Path:
        """Folder of standards, items, questionnaires and plans."""
        return self.root / "survey_instruments"

    @property
    def raw(self) -> Path:
        """Folder of inputs."""
        return self.root / "data" / "raw"

    def wave_folder(self, wave: str) -> Path:
        """Folder of one wave's inputs."""
        return self.raw / "waves" / wave

    def processed(self, stage: str, wave: str | None = None) -> Path:
        """Folder that a stage writes, of one wave where the stage runs per wave."""
        folder = self.root / "data" / "processed" / stage
        return folder / wave if wave else folder

    def standard(self, standard: str) -> Standard:
        """A scoring standard by id."""
        return load_standard(self.instruments / "standards" / f"{standard}.toml")

    def instrument(self, wave: str) -> Instrument:
        """The questionnaire of a wave."""
        name = self.register.wave(wave).instrument
        return load_instrument(self.instruments / "instruments" / f"{name}.toml", self.bank)

    def plan(self, wave: str) -> Plan:
        """The analysis plan of a wave, which asks only for what its questionnaire holds."""
        name = self.register.wave(wave).plan
        plan = self.plan_named(name)
        check_agreement(plan, self.instrument(wave), self._plan_path(name))
        return plan

    def plan_named(self, plan: str) -> Plan:
        """An analysis plan by id."""
        return load(Plan, self._plan_path(plan))

    def _plan_path(self, plan: str) -> Path:
        return self.instruments / "plans" / f"{plan}.toml"

    def population(self, wave: str) -> Path:
        """Folder of the population margins of a wave."""
        return self.raw / "population" / self.register.wave(wave).population

    def description(self, wave: str) -> WaveDescription:
        """Facts about the fieldwork of a wave."""
        return load(WaveDescription, self.wave_folder(wave) / "wave.toml")

    def column_map(self, wave: str) -> ColumnMap:
        """The column map of a wave's microdata."""
        return load(ColumnMap, self.wave_folder(wave) / "columns.toml")

    def is_synthetic(self) -> bool:
        """Whether any registered wave holds simulated people."""
        waves = self.register.waves
        return any(self.description(wave).origin == "synthetic" for wave in waves)

    def headline(self) -> Standard:
        """The standard of the headline series; all plans must agree on it.

        Raises:
            ConfigError: plans of registered waves name different headline standards.
        """
        plans = {entry.plan for entry in self.register.waves.values()}
        names = sorted({self.plan_named(plan).headline for plan in plans})
        if len(names) != 1:
            raise ConfigError(
                "survey_instruments/plans",
                f"expected one headline standard over all waves, got {', '.join(names)}",
                hint="a series that mixes standards cannot be drawn as one line",
            )
        return self.standard(names[0])
