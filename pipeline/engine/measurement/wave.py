"""One wave as the measurement sees it: who answered what, with which weight, worth how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.measurement import Measurement
from pipeline.config.plan import Plan
from pipeline.config.standard import Standard, TotalRule
from pipeline.engine.estimation import Request, WaveTables, estimated
from pipeline.engine.samples import WaveSample, samples
from pipeline.engine.scoring import worth_under
from pipeline.errors import ConfigError
from pipeline.fields import FINAL
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.scoring import Worth
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure


@dataclass(frozen=True, kw_only=True)
class MeasuredWave:
    """A wave's scored items with the design of its sample.

    Online respondents take no part: nobody drew them. Items that nobody was asked take none
    either.

    Attributes:
        name: the wave.
        tables: its people, answers, item credit, scores and weights.
        standards: those of the plan, the headline first.
        rules: the plan's measurement.
    """

    name: str
    tables: WaveTables
    instrument: Instrument
    bank: Mapping[str, Item]
    standards: tuple[Standard, ...]
    plan: Plan
    rules: Measurement

    @classmethod
    def of(
        cls,
        name: str,
        tables: WaveTables,
        instrument: Instrument,
        bank: Mapping[str, Item],
        standards: Sequence[Standard],
        plan: Plan,
    ) -> "MeasuredWave":
        """A wave whose plan asks for measurement.

        Raises:
            ConfigError: the plan does not, its headline is not passed by a total, or nobody has
                a score under it.
        """
        if plan.measurement is None or not isinstance(standards[0].passing, TotalRule):
            raise ConfigError(
                f"plan {plan.id}, measurement",
                f"expected a headline standard passed by a total, got {standards[0].id}",
                hint="leave out [measurement], or choose a headline standard with one cut",
            )
        found = cls(
            name=name,
            tables=tables,
            instrument=instrument,
            bank=bank,
            standards=tuple(standards),
            plan=plan,
            rules=plan.measurement,
        )
        if found.headline not in found.total_standards:
            raise ConfigError(
                f"plan {plan.id}, headline",
                f"expected respondents of wave {name} with a score under {found.headline}, "
                "got none",
                hint="every item of the standard must be asked; see [missing] of the standard",
            )
        return found

    @cached_property
    def n(self) -> int:
        """Respondents of the probability sample."""
        return len(self.tables.weighting.weights)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Items of the questionnaire that somebody answered, in its order."""
        scored = self.tables.items[: self.n].notna().any()
        return tuple(item for item in self.instrument.items if scored[item])

    @cached_property
    def people(self) -> pd.DataFrame:
        """(n rows) the respondents."""
        return self.tables.people[: self.n]

    @cached_property
    def answers(self) -> pd.DataFrame:
        """(n rows) their answer columns."""
        return self.tables.answers[: self.n]

    @cached_property
    def credit(self) -> FloatArray:
        """(n, J) credit in [0, 1], NaN where not scored."""
        return self.tables.items[list(self.items)][: self.n].to_numpy(dtype=np.float64)

    @cached_property
    def steps(self) -> CodeArray:
        """(J,) categories of each item above the lowest: 1 for right or wrong."""
        held = [self.bank[item] for item in self.items]
        return np.array([len(i.answer_columns) if i.partial_credit else 1 for i in held])

    @cached_property
    def responses(self) -> CodeArray:
        """(n, J) category of each answer, -1 where not scored."""
        category = np.rint(self.credit * self.steps)
        return np.asarray(np.where(np.isnan(category), -1, category), dtype=np.int64)

    @cached_property
    def design(self) -> WaveSample:
        """The sample under the final weight."""
        return samples(self.tables.weighting, self.plan)[FINAL]

    @cached_property
    def weight(self) -> FloatArray:
        """(n,) final weights of mean 1, so that waves count by their respondents."""
        weight = self.design.sample.weight[: self.n]
        return np.asarray(weight * self.n / weight.sum())

    @property
    def headline(self) -> str:
        """Label of the headline standard."""
        return self.standards[0].label

    @cached_property
    def total_standards(self) -> dict[str, TotalRule]:
        """Standards passed by a total under which somebody has a score, with their rule."""
        return {
            standard.label: standard.passing
            for standard in self.standards
            if isinstance(standard.passing, TotalRule)
            and not np.isnan(self.scores(standard.label)).all()
        }

    def worth(self, standard: Standard) -> dict[str, Worth]:
        """Dimension and points of each item that counts under a standard."""
        return worth_under(standard, self.instrument, self.bank)

    def counting(self, label: str) -> tuple[CodeArray, FloatArray]:
        """(J,) places among `items` of those that count under a standard, and their points."""
        standard = next(each for each in self.standards if each.label == label)
        worth = self.worth(standard)
        places = [j for j, item in enumerate(self.items) if item in worth]
        points = [worth[self.items[j]].points for j in places]
        return np.array(places, dtype=np.int64), np.array(points)

    def scores(self, label: str) -> FloatArray:
        """(n,) total under a standard, NaN where not scored."""
        rows = self.tables.scores[self.tables.scores["standard"] == label]
        found = rows.set_index("respondent_id")["score"].reindex(self.people["respondent_id"])
        return found.to_numpy(dtype=np.float64)

    def estimates(self, values: FloatArray, measure: Measure, domains: Domains) -> Estimates:
        """Estimates of (n,) values over domains of the n respondents, as the plan wants them."""
        online = len(self.tables.people) - self.n
        padded = np.concatenate([values, np.full(online, np.nan)])
        request = Request(standard=None, indicator="", measure=measure, values=padded)
        return estimated(request, self.design, domains.extended(online), self.plan)

    def labels(self, domain: str) -> pd.Series:
        """(n,) category of each respondent in a domain."""
        return self.people[domain].reset_index(drop=True)
