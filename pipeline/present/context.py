"""What every output prints besides its own figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.plan import Plan
from pipeline.config.standard import Standard
from pipeline.config.wave import Monitor, WaveDescription
from pipeline.present.formats import Formats
from pipeline.present.labels import Labels
from pipeline.present.language import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Language, area, standard, plan and provenance of one set of outputs.

    Attributes:
        is_synthetic: whether any wave holds simulated people; marks every output.
        standards: the plan's standards; the headline one is among them.
        instrument: questionnaire of the latest wave; it names domains and categories.
        waves: (wave, year) from the earliest to the latest.
        descriptions: facts about fieldwork, by wave.
        code: version of the code that made the numbers.
        references: published areas shown beside the city, code to name, in order.
        targets: kind of each target ("floor", "stretch", "goal"), by target id; one without
            a kind is named by its year alone.
        hashes: what the numbers rest on (plan, margins, weights ...), name to sha256.
        items: the item bank, which gives items their texts.
    """

    words: Words
    monitor: Monitor
    is_synthetic: bool
    standards: tuple[Standard, ...]
    plan: Plan
    instrument: Instrument
    waves: tuple[tuple[str, int], ...]
    descriptions: Mapping[str, WaveDescription]
    code: str
    references: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)

    @property
    def standard(self) -> Standard:
        """The headline standard."""
        return next(s for s in self.standards if s.id == self.plan.headline)

    @property
    def formats(self) -> Formats:
        """Numbers as text."""
        return Formats(self.words)

    @property
    def labels(self) -> Labels:
        """Codes as names."""
        return Labels(
            words=self.words,
            instrument=self.instrument,
            plan=self.plan,
            standards=self.standards,
            area=self.area,
        )

    @property
    def area(self) -> str:
        """Name of the monitored area."""
        return self.words.title(self.monitor, "area", fallback=self.monitor.area_code)

    @property
    def title(self) -> str:
        """Name of the monitor."""
        return self.words.title(self.monitor, fallback=self.monitor.id)

    @property
    def population(self) -> str:
        """Name of the survey population."""
        return self.words.title(self.monitor, "population", fallback=self.words("label.residents"))

    @property
    def notice(self) -> str:
        """What a reader of simulated data must know; empty for real data."""
        if not self.is_synthetic:
            return ""
        return self.words("mark.synthetic_notice", mark=self.words("mark.synthetic"))

    @property
    def confidence(self) -> str:
        """Level of every interval."""
        return self.formats.level(self.plan.estimates.confidence)

    @property
    def latest(self) -> str:
        """The latest wave."""
        return self.waves[-1][0]

    @property
    def previous(self) -> str | None:
        """The wave before the latest."""
        return self.waves[-2][0] if len(self.waves) > 1 else None

    def year(self, wave: str) -> int:
        """Calendar year of a wave."""
        return dict(self.waves)[wave]

    @property
    def fieldwork(self) -> str:
        """Period of the latest fieldwork: outputs carry it instead of the day they were made."""
        latest = self.descriptions[self.latest]
        return self.formats.period(latest.fieldwork_start, latest.fieldwork_end)
