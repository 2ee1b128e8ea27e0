"""Variables of a person, and the domains that group people by them."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from pipeline.config.loading import Model


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


class Condition(Model):
    """A test of one variable: its code is among `codes`, or its number lies in the range."""

    variable: str
    codes: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None

    @property
    def has_range(self) -> bool:
        """Whether a number is tested rather than a code."""
        return self.min is not None or self.max is not None

    @model_validator(mode="after")
    def _tests_one_thing(self) -> "Condition":
        if bool(self.codes) == self.has_range:
            raise ValueError(f"condition on {self.variable} needs either codes or min and max")
        return self


class Band(Category):
    """A range of an integer variable, both ends included."""

    low: int
    high: int | None = None

    @model_validator(mode="after")
    def _is_not_empty(self) -> "Band":
        if self.high is not None and self.high < self.low:
            raise ValueError(f"band {self.value} ends before it begins")
        return self


class Group(Category):
    """Codes of a variable taken together."""

    codes: tuple[str, ...] = Field(min_length=1)


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

    @model_validator(mode="after")
    def _parts_are_apart(self) -> "Domain":
        bands = sorted(self.bands, key=lambda band: band.low)
        faults = [
            f"bands {below.value} and {above.value} overlap"
            for below, above in pairwise(bands)
            if below.high is None or below.high >= above.low
        ]
        faults += [f"code {code} is in two groups" for code in _repeated(self._grouped_codes)]
        values = [part.value for part in (*self.bands, *self.groups, *self.members)]
        faults += [f"category {value} is defined twice" for value in _repeated(values)]
        if faults:
            raise ValueError(f"domain {self.id}: {'; '.join(faults)}")
        return self

    @property
    def _grouped_codes(self) -> list[str]:
        return [code for group in self.groups for code in group.codes]

    @property
    def overlaps(self) -> bool:
        """Whether one person may belong to several categories."""
        return bool(self.members)

    @property
    def conditions(self) -> list[Condition]:
        """Every test of a variable in the definition; none where codes stand as they are."""
        name = self.variable or ""
        return [
            *(Condition(variable=name, min=band.low, max=band.high) for band in self.bands),
            *(Condition(variable=name, codes=group.codes) for group in self.groups),
            *(test for member in self.members for test in (*member.all_of, *member.any_of)),
        ]


def variables_of(domain: Domain) -> list[str]:
    """Ids of the variables a domain is built from."""
    own = [domain.variable] if domain.variable else []
    return own or [condition.variable for condition in domain.conditions]


def domain_faults(domain: Domain, variables: Mapping[str, Variable]) -> list[str]:
    """What a domain asks of the variables that they cannot give."""
    unknown = dict.fromkeys(name for name in variables_of(domain) if name not in variables)
    if unknown:
        return [
            f"domain {domain.id} uses variable {name}, which is not defined" for name in unknown
        ]
    tested = domain.conditions
    if not tested and variables[str(domain.variable)].kind != "code":
        return [f"domain {domain.id} needs bands: {domain.variable} is a number"]
    return [
        f"domain {domain.id}: {fault}"
        for condition in tested
        for fault in _condition_faults(condition, variables[condition.variable])
    ]


def _condition_faults(condition: Condition, variable: Variable) -> list[str]:
    if condition.has_range != (variable.kind == "integer"):
        asked, kind = ("a range", "codes") if condition.has_range else ("codes", "numbers")
        return [f"{asked} of {variable.id}, which has {kind}"]
    known = {code.code for code in variable.codes}
    return [
        f"code {code} is not a code of {variable.id}"
        for code in condition.codes
        if code not in known
    ]


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
