"""A questionnaire: scored items, other questions, variables of the person, reporting domains."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from pipeline.config.domain import Category, Code, Domain, Variable, domain_faults
from pipeline.config.items import ANSWER_CODE, Item, answer_columns
from pipeline.config.loading import Model, load
from pipeline.config.standard import AgeRange
from pipeline.errors import ConfigError


class AnswerCode(Code):
    """A code that answers hold: a whole number."""

    code: str = Field(pattern=ANSWER_CODE)


class Question(Model):
    """A question that is not scored: channels, venues, attitudes ..."""

    id: str
    title_zh: str = ""
    title_en: str
    text_zh: str = ""
    text_en: str
    kind: Literal["single", "multiple", "scale"]
    block: str
    options: tuple[AnswerCode, ...] = Field(min_length=2)

    @property
    def answer_columns(self) -> dict[str, tuple[str, ...]]:
        """Answer columns with their valid codes."""
        return answer_columns(self.id, [o.code for o in self.options], self.kind == "multiple")


class Instrument(Model):
    """A questionnaire as fielded."""

    id: str
    version: str
    status: Literal["synthetic", "official", "public"]
    title_zh: str = ""
    title_en: str
    population: AgeRange
    age_variable: str
    items: tuple[str, ...]
    variables: tuple[Variable, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = ()
    domains: tuple[Domain, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "Instrument":
        variables = self.variable_by_id
        faults = self._names_used_twice()
        if self.age_variable not in variables:
            faults.append(f"age_variable {self.age_variable} is not a variable")
        faults += [fault for domain in self.domains for fault in domain_faults(domain, variables)]
        faults += [
            f"domain {domain.id} is not variable {domain.id} as it stands; rename the variable"
            for domain in self.domains
            if domain.id in variables and (domain.conditions or domain.variable != domain.id)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _names_used_twice(self) -> list[str]:
        columns = [*self.items, *(v.id for v in self.variables), *(q.id for q in self.questions)]
        domains = Counter(domain.id for domain in self.domains)
        return [
            f"{name} is used twice among items, variables and questions"
            for name, times in Counter(columns).items()
            if times > 1
        ] + [f"domain {name} is defined twice" for name, times in domains.items() if times > 1]

    @property
    def variable_by_id(self) -> dict[str, Variable]:
        """Variables by id."""
        return {variable.id: variable for variable in self.variables}

    @property
    def domain_by_id(self) -> dict[str, Domain]:
        """Domains by id."""
        return {domain.id: domain for domain in self.domains}

    def categories(self, domain: Domain) -> tuple[Category, ...]:
        """Categories of a domain in reporting order."""
        listed = domain.bands or domain.groups or domain.members
        if listed or domain.variable is None:
            return listed
        return tuple(
            Category(value=code.code, title_zh=code.title_zh, title_en=code.title_en)
            for code in self.variable_by_id[domain.variable].codes
        )


def load_instrument(path: Path, bank: Mapping[str, Item]) -> Instrument:
    """Read a questionnaire and check that the bank holds its items, leads before followers.

    Raises:
        ConfigError: the file is wrong, or items are missing or in the wrong order.
    """
    instrument = load(Instrument, path)
    listed = instrument.items
    faults = [f"item {item} is not in the item bank" for item in listed if item not in bank]
    faults += [
        f"item {item} follows {bank[item].follows}, which must stand before it"
        for place, item in enumerate(listed)
        if item in bank and bank[item].follows not in (None, *listed[:place])
    ]
    if faults:
        raise ConfigError(
            str(path),
            faults,
            hint="write the items in survey_instruments/items or correct the list",
        )
    return instrument
