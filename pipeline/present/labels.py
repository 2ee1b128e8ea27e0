"""Names of domains, categories and indicators, taken from the data files of the workspace.

A name missing in the output's language is replaced by its code: an honest code reads
better than a word in the wrong language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config.instrument import Instrument
from pipeline.config.plan import GivenWeights, Plan
from pipeline.config.standard import Standard
from pipeline.fields import CROSS, LITERATE, WHOLE
from pipeline.present.language import Words

MERGED = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Codes to names in one language."""

    words: Words
    instrument: Instrument
    plan: Plan
    standards: Sequence[Standard]
    area: str

    def domain(self, domain: str) -> str:
        """Name of a grouping; a crossed one (`a*b`) names both."""
        if domain == WHOLE:
            return self.area
        return self._crossed([self._domain(part) for part in domain.split(CROSS)])

    def category(self, domain: str, category: str) -> str:
        """Name of a part of a grouping."""
        if category == WHOLE:
            return self.area
        pairs = zip(domain.split(CROSS), category.split(CROSS), strict=True)
        return self._crossed([self._category(*pair) for pair in pairs])

    def categories(self, domain: str) -> list[str]:
        """Codes of a grouping in reporting order; empty when the instrument lacks it."""
        known = self.instrument.domain_by_id.get(domain)
        return [c.value for c in self.instrument.categories(known)] if known else []

    def overlaps(self, domain: str) -> bool:
        """Whether one person may belong to several categories."""
        known = self.instrument.domain_by_id.get(domain)
        return known is not None and known.overlaps

    def margin(self, margin: str) -> str:
        """Name of a population margin: its axes."""
        axes = self._axes(margin)
        return self._crossed([self._domain(axis) for axis in axes]) if axes else margin

    def margin_category(self, margin: str, category: str) -> str:
        """Name of a margin category; merged ones (`a+b`) name their parts."""
        axes, parts = self._axes(margin), category.split(CROSS)
        if len(axes) != len(parts):
            return category
        merged = self.words("label.merged")
        return self._crossed(
            [
                merged.join(self._category(axis, value) for value in part.split(MERGED))
                for axis, part in zip(axes, parts, strict=True)
            ]
        )

    def indicator(self, indicator: str) -> str:
        """Name of what is estimated."""
        named = {
            LITERATE: self.words("indicator.literate"),
            "score": self.words("indicator.score"),
        }
        return named.get(indicator) or self._from_standards(indicator) or self._answer(indicator)

    def standard(self, label: str) -> str:
        """Title of a standard with its id and version; the label alone when it is unknown."""
        for standard in self.standards:
            if standard.label == label:
                title = self.words.title(standard, fallback=standard.id)
                return self.words("label.standard", title=title, label=label)
        return label

    def _axes(self, margin: str) -> tuple[str, ...]:
        margins = () if isinstance(self.plan.weights, GivenWeights) else self.plan.weights.margins
        return next((m.by for m in margins if m.id == margin), ())

    def _crossed(self, names: list[str]) -> str:
        return self.words("label.crossed").join(names)

    def _domain(self, domain: str) -> str:
        known = self.instrument.domain_by_id.get(domain)
        return self.words.title(known, fallback=domain) if known else domain

    def _category(self, domain: str, category: str) -> str:
        known = self.instrument.domain_by_id.get(domain)
        for candidate in self.instrument.categories(known) if known else ():
            if candidate.value == category:
                return self.words.title(candidate, fallback=category)
        return category

    def _from_standards(self, indicator: str) -> str:
        parts = [part for s in self.standards for part in (*s.levels, *s.dimensions)]
        for part in parts:
            if indicator in {f"level:{part.id}", f"dimension:{part.id}"}:
                return self.words.title(part, fallback=indicator)
        return ""

    def _answer(self, indicator: str) -> str:
        wanted = (*self.plan.estimates.indicators, *self.plan.estimates.ratios)
        known = {choice.id: choice for choice in wanted}
        found = known.get(indicator)
        return self.words.title(found, fallback=indicator) if found else indicator
