"""The plan as tables: for the terminal, as Markdown, and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from pipeline.present.formats import Formats
from pipeline.present.language import Words
from pipeline.sampling.answers import Answer
from pipeline.sampling.planned import Planned
from pipeline.sampling.precision import CITY, DomainPlan
from pipeline.sampling.words import sampling_words

_PLAIN_WIDTH = 130  # of a report that goes to a file or a pipe
_TEXT_COLUMNS = 1
_DIGITS = 12  # of a digest, in text


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table of finished text."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A plan told in one language."""

    planned: Planned
    language: str
    areas: Mapping[str, str]

    @property
    def words(self) -> Words:
        """Words of this report."""
        return sampling_words(self.language)

    @property
    def formats(self) -> Formats:
        """How numbers are written in its language."""
        return Formats(Words.load(self.language))

    @property
    def heading(self) -> list[str]:
        """Title, mark of simulated data, and the assumptions."""
        design, words, formats = self.planned.design, self.words, self.formats
        title = words("plan.title", title=words.title(design, fallback=design.title_en))
        basis = words(
            "plan.basis",
            frame=design.frame.file,
            digest=self.planned.frame_digest[:_DIGITS],
            share=formats.level(design.share),
            alpha=formats.level(design.alpha),
            power=formats.level(design.power),
            households=design.fieldwork.households_per_community,
            eligibility=formats.level(design.fieldwork.eligibility),
            response=formats.level(design.fieldwork.response),
            effects=self._effects(),
        )
        marks = [words("plan.synthetic")] * design.is_synthetic
        return [title, *marks, basis, *self._spending()]

    def _spending(self) -> list[str]:
        """What the fieldwork costs, and at which size of cluster it would cost least."""
        found, words = self.planned.spending, self.words
        if found is None:
            return []
        told = words("plan.cost", total=self._count(found.total))
        if found.budget is not None:
            told += words("plan.budget", budget=self._count(found.budget))
        if found.cheapest is not None:
            told += words(
                "plan.cheapest", cheapest=self._count(found.cheapest),
                planned=self._count(found.per_community),
            )  # fmt: skip
        return [told]

    def _effects(self) -> str:
        effects, words = self.planned.design.effects, self.words
        if effects.deff is not None:
            said = words("plan.effects_deff", deff=f"{effects.deff:g}")
        else:
            said = words("plan.effects_icc", icc=f"{effects.icc:g}", kish=f"{effects.kish_deff:g}")
        note = words.title(effects, "note", fallback="")
        return said + words("plan.effects_note", note=note) * bool(note)

    @property
    def sections(self) -> list[Section]:
        """Allocation, precision, questions."""
        return [self._strata(), self._domains(), self._questions()]

    def area(self, name: str) -> str:
        """A stratum, a county or the city in words."""
        county, _, part = name.partition("-")
        if name == CITY:
            return self.words("plan.city")
        area = self.areas.get(county, county)
        return self.words(f"plan.{part}", area=area) if part else area

    def _strata(self) -> Section:
        fields = ("households", "listed", "communities", "issued", "interviews")
        strata = self.planned.strata
        rows = [
            [self.area(stratum.name), *(self._count(getattr(stratum, f)) for f in fields)]
            for stratum in strata
        ]
        sums = [sum(getattr(stratum, field) for stratum in strata) for field in fields]
        rows.append([self.words("plan.all"), *map(self._count, sums)])
        return Section(self.words("plan.strata"), self._header("stratum", *fields), rows)

    def _domains(self) -> Section:
        columns = ("communities", "interviews", "deff", "n_eff", "df", "share", "se", "interval")
        rows = [self._domain(domain) for domain in self.planned.domains]
        header, words = self._header("domain", *columns), self.words
        return Section(words("plan.domains"), header, rows, words("plan.effective"))

    def _domain(self, domain: DomainPlan) -> list[str]:
        formats = self.formats
        low, high = domain.interval(level=1 - self.planned.design.alpha)
        return [
            self.area(domain.name), self._count(domain.communities),
            self._count(domain.interviews), formats.number(domain.deff, 2),
            self._count(domain.n_eff), self._count(domain.df), formats.percent(domain.share),
            formats.number(100 * domain.se, 2), formats.interval(low, high),
        ]  # fmt: skip

    def _questions(self) -> Section:
        columns = (
            "domain", "wanted", "reached", "needed", "interviews",
            "communities_needed", "communities", "verdict",
        )  # fmt: skip
        rows = [self._answer(answer) for answer in self.planned.answers]
        for above, row in reversed(list(pairwise(rows))):
            row[0] = row[0] if row[0] != above[0] else ""
        header, words = self._header("question", *columns), self.words
        return Section(words("plan.questions"), header, rows, words("plan.sizes"))

    def _answer(self, answer: Answer) -> list[str]:
        words, domain, question = self.words, answer.domain, answer.question
        title = words.title(question, fallback=question.title_en)
        verdict = words("plan.decided" if answer.is_decided else "plan.undecided")
        return [
            title + words("plan.must") * question.must_decide, self.area(domain.name),
            self._measure(answer, answer.wanted), self._measure(answer, answer.reached),
            *self._needed(answer), self._count(domain.communities), verdict,
        ]  # fmt: skip

    def _needed(self, answer: Answer) -> list[str]:
        """Interviews needed, interviews expected, communities needed."""
        domain, interviews = answer.domain, self._count(answer.domain.interviews)
        if answer.interviews_needed is None or answer.communities_needed is None:
            return [self.words("plan.none"), interviews, self.words("plan.none")]
        communities = self._count(answer.communities_needed)
        if answer.communities_needed > domain.listed:
            listed = self._count(domain.listed)
            communities = self.words("plan.beyond", needed=communities, listed=listed)
        return [self._count(answer.interviews_needed), interviews, communities]

    def _measure(self, answer: Answer, value: float) -> str:
        if answer.is_level:
            return self.words("plan.level", points=self.formats.number(100 * value))
        return self.words("plan.power_of", power=self.formats.percent(value))

    def _header(self, *columns: str) -> list[str]:
        return [self.words(f"column.{name}") for name in columns]

    def _count(self, value: float) -> str:
        return self.formats.count(value)


def markdown(report: Report) -> str:
    """The report as Markdown."""
    title, *paragraphs = report.heading
    lines = [f"# {title}", *paragraphs]
    for section in report.sections:
        rule = ["---"] * _TEXT_COLUMNS + ["---:"] * (len(section.header) - _TEXT_COLUMNS)
        table = "\n".join(f"| {' | '.join(row)} |" for row in (section.header, rule, *section.rows))
        lines += [f"## {section.title}", table, *[section.note] * bool(section.note)]
    return "\n\n".join(lines) + "\n"


def show(report: Report) -> None:
    """Print the report, as wide as the terminal."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    parts: list[Text | Table] = [Text(line) for line in report.heading]
    for section in report.sections:
        table = Table(title=section.title, title_justify="left", title_style="bold")
        for place, name in enumerate(section.header):
            is_text = place < _TEXT_COLUMNS
            table.add_column(name, justify="left" if is_text else "right", overflow="fold")
        for row in section.rows:
            table.add_row(*row)
        parts += [Text(), table, *[Text(section.note)] * bool(section.note)]
    console.print(Group(*parts), soft_wrap=False)


def record(planned: Planned) -> dict[str, Any]:
    """The plan for programs: assumptions, strata, domains, answers, digests of the inputs."""
    design = planned.design
    return {
        "wave": design.wave,
        "origin": design.frame.origin,
        "design": design.model_dump(mode="json"),
        "design_sha256": planned.design_digest,
        "frame_sha256": planned.frame_digest,
        "strata": [asdict(stratum) for stratum in planned.strata],
        "domains": [_domain_record(domain, design.alpha) for domain in planned.domains],
        "answers": [_answer_record(answer) for answer in planned.answers],
        "spending": asdict(planned.spending) if planned.spending else None,
    }


def _domain_record(domain: DomainPlan, alpha: float) -> dict[str, Any]:
    low, high = domain.interval(level=1 - alpha)
    derived = {"df": domain.df, "deff": domain.deff, "se": domain.se}
    return {**asdict(domain), **derived, "ci_low": low, "ci_high": high}


def _answer_record(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question.id,
        "domain": answer.domain.name,
        "must_decide": answer.question.must_decide,
        "measure": "half_width" if answer.is_level else "power",
        "wanted": answer.wanted,
        "reached": answer.reached,
        "interviews": answer.domain.interviews,
        "interviews_needed": answer.interviews_needed,
        "communities": answer.domain.communities,
        "communities_needed": answer.communities_needed,
        "is_decided": answer.is_decided,
    }
