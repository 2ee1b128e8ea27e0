"""What a community's form says: its facts and its rules, as finished text."""

from collections.abc import Callable

from pipeline.present.language import Words
from pipeline.sampling.design import SamplingDesign
from pipeline.sampling.drawing import DrawnCommunity
from pipeline.stats.survey.planning.household_selection import LARGEST


def facts(
    words: Words, community: DrawnCommunity, area: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Names and values at the head of a form; `area` names a county by its code."""
    role = words("sheet.sample")
    if community.order:
        role = words("sheet.reserve", order=community.order)
    county, part = area(community.county), community.stratum.removeprefix(community.county)
    stratum = words(f"plan.{part[1:]}", area=county) if part else county
    values = {
        "county": words("sheet.coded", name=county, code=community.county),
        "community": community.name,
        "code": community.psu,
        "stratum": words("sheet.coded", name=stratum, code=community.stratum),
        "listed": words("sheet.listed_value", listed=community.listed),
        "issued": words("sheet.issued_value", issued=community.issued),
        "first": str(community.lines[0]),
        "interval": f"{community.interval:.4f}",
        "start": f"{community.start:.6f}",
        "role": role,
    }
    return [(words(f"sheet.{key}"), value) for key, value in values.items()]


def paragraphs(
    words: Words, community: DrawnCommunity, design: SamplingDesign, population: str
) -> dict[str, list[str]]:
    """Rules for households and for persons."""
    households = [words(f"sheet.households_{number}") for number in (1, 2)]
    households += [
        words("sheet.households_3", visits=design.fieldwork.visits),
        words("sheet.households_4"),
    ]
    if community.order:
        households.insert(0, words("sheet.reserve_note"))
    persons = [
        words("sheet.persons_1", population=population),
        words("sheet.persons_2"),
        words("sheet.persons_3", largest=LARGEST),
    ]
    return {"households": households, "persons": persons}
