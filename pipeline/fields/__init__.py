"""Names, types and meanings of columns, each defined once for every table."""

from enum import IntEnum

from pipeline.fields import (
    areas,
    decomposition,
    measurement,
    monitoring,
    outlook,
    scorecards,
    sensitivity,
    survey,
)
from pipeline.fields.field import Field

# Values on which tables, formulas and outputs must agree.
LITERATE = "is_literate"  # the indicator of the headline
FINAL = "final"  # the weighting of the headline
ONLINE = "online"  # respondents of an online push alone
BLENDED = "blended"  # both samples, the online one with the share its bias allows
WHOLE = "all"  # domain and category of the whole area
CROSS = "*"  # joins crossed domains and their categories


class MissingKind(IntEnum):
    """Kinds of missing answer; the codes stand in answer columns, so a reason is never lost."""

    NOT_ASKED = -1
    DONT_KNOW = -2
    REFUSED = -3
    INVALID = -4


FIELDS: dict[str, Field] = {
    field.name: field
    for part in (
        survey,
        monitoring,
        measurement,
        areas,
        decomposition,
        outlook,
        scorecards,
        sensitivity,
    )
    for field in part.COLUMNS
}
