"""A questionnaire: scored items, other questions, variables of the person, reporting domains."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from pipeline.config.items import Item, answer_columns
from pipeline.config.loading import Model, load
from pipeline.config.standard import AgeRange
from pipeline.errors import ConfigError


class Category(Model):
    """A value with its words."""

    value: str
    title_zh: str = ""
    title_en: str


class Code(Model):
    """A code of a variable or question with its words."""

    code: str
    title_zh: str = ""
    title_en: str


class Variable(Model):
    """A fact about the person or the interview, known apart from the answers."""

    id: str
    title_zh: str = ""
    title_en: str
    kind: Literal["code", "integer"]
    role: Literal["design", "demographic", "mode"]
    codes: tuple[Code, ...] = ()
    min: int | None = None
    max: int | None = None
    required: bool = True


class Question(Model):
    """A question that is not scored: channels, venues, attitudes ..."""

    id: str
    title_zh: str = ""
    title_en: str
    text_zh: str = ""
    text_en: str
    kind: Literal["single", "multiple", "scale"]
    block: str
    options: tuple[Code, ...] = Field(min_length=2)

    @property
    def answer_columns(self) -> dict[str, tuple[str, ...]]:
        """Answer columns with their valid codes."""
        return answer_columns(self.id, [o.code for o in self.options], self.kind == "multiple")


class Band(Category):
    """A range of an integer variable, both ends included."""

    low: int
    high: int | None = None


class Group(Category):
    """Codes of a variable taken together."""

    codes: tuple[str, ...] = Field(min_length=1)


class Condition(Model):
    """A test of one variable: its code is among `codes`, or its number lies in the range."""

    variable: str
    codes: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None


class Member(Category):
    """A possibly overlapping part of the population, given by a rule."""

    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _has_a_rule(self) -> "Member":
        if not (self.all_of or self.any_of):
            raise ValueError(f"member {self.value} needs all_of or any_of")
        return self


class Domain(Model):
    """A grouping of the population for which results are reported.

    Exactly one of: the codes of `variable` themselves; `bands` or `groups` of it; or
    `members`, which overlap and are therefore never compared as parts of a whole.
    """

    id: str
    title_zh: str = ""
    title_en: str
    variable: str | None = None
    bands: tuple[Band, ...] = ()
    groups: tuple[Group, ...] = ()
    members: tuple[Member, ...] = ()

    @model_validator(mode="after")
    def _one_definition(self) -> "Domain":
        given = [name for name in ("bands", "groups", "members") if getattr(self, name)]
        if len(given) > 1:
            raise ValueError(f"domain {self.id} has {' and '.join(given)}; expected one")
        if bool(self.members) == bool(self.variable):
            raise ValueError(f"domain {self.id} needs either a variable or members")
        return self

    @property
    def overlaps(self) -> bool:
        """Whether one person may belong to several categories."""
        return bool(self.members)


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
        faults = [f"item {i} is listed twice" for i in set(self.items) if self.items.count(i) > 1]
        if self.age_variable not in variables:
            faults.append(f"age_variable {self.age_variable} is not a variable")
        faults += [
            f"domain {domain.id} uses variable {name}, which is not defined"
            for domain in self.domains
            for name in variables_of(domain)
            if name not in variables
        ]
        faults += [fault for domain in self.domains for fault in self._code_faults(domain)]
        faults += [
            f"domain {domain.id} regroups a variable of the same name; rename the variable"
            for domain in self.domains
            if domain.id in variables and (domain.bands or domain.groups or domain.members)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _code_faults(self, domain: Domain) -> list[str]:
        variable = self.variable_by_id.get(domain.variable or "")
        known = {code.code for code in variable.codes} if variable else set()
        return [
            f"domain {domain.id}: code {code} is not a code of {domain.variable}"
            for group in domain.groups
            for code in group.codes
            if code not in known
        ]

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


def variables_of(domain: Domain) -> list[str]:
    """Ids of the variables a domain is built from."""
    rules = [condition for m in domain.members for condition in (*m.all_of, *m.any_of)]
    own = [domain.variable] if domain.variable else []
    return own + [condition.variable for condition in rules]


def load_instrument(path: Path, bank: Mapping[str, Item]) -> Instrument:
    """Read a questionnaire and check that the bank holds its items.

    Raises:
        ConfigError: the file is wrong or names an item that the bank lacks.
    """
    instrument = load(Instrument, path)
    absent = [item for item in instrument.items if item not in bank]
    if absent:
        raise ConfigError(
            str(path),
            [f"item {item} is not in the item bank" for item in absent],
            hint="write the items in survey_instruments/items or correct the list",
        )
    return instrument
