"""Names of what the measurement codes: items, options, coefficients, warnings, reasons.

A code without a name in the words is printed as it is, so a new code shows instead of
stopping a report.
"""

import pandas as pd

from pipeline.fields import WHOLE
from pipeline.present.context import Context
from pipeline.present.measured import EVERYBODY, NOT_SCORED


def coefficient(code: str, context: Context) -> str:
    """Name of a coefficient of reliability or an error of measurement."""
    return _known(f"measured.coefficient.{code}", code, context)


def method(code: str, context: Context) -> str:
    """Name of a method of classification accuracy."""
    return _known(f"measured.method.{code}", code, context)


def statistic(code: str, context: Context) -> str:
    """Name of a statistic of model fit."""
    return _known(f"measured.statistic.{code}", code, context)


def reason(code: str | None, context: Context) -> str:
    """Why waves are not linked, an anchor was dropped or an item was not compared."""
    plain = _text(code)
    return _known(f"measured.reason.{plain.replace(' ', '_')}", plain, context)


def warnings(listed: str | None, context: Context) -> str:
    """What is wrong with an item; empty when nothing is."""
    told = [_known(f"measured.warning.{code}", code, context) for code in codes(listed)]
    return context.words("format.list_semicolon").join(told)


def dif_class(code: str | None, context: Context) -> str:
    """Class of differential item functioning; empty when the item was not compared."""
    plain = _text(code)
    return context.words(f"measured.dif.{plain}") if plain else ""


def dimension(code: str, context: Context) -> str:
    """Name of a part of the test; all of it has a name of its own."""
    if code == EVERYBODY:
        return context.words("measured.whole_test")
    if code == NOT_SCORED:
        return context.words("measured.not_scored")
    parts = {part.id: part for standard in context.standards for part in standard.dimensions}
    return context.words.title(parts[code], fallback=code) if code in parts else code


def group(grouping: str, code: str, context: Context) -> str:
    """Name of a group; everybody is the monitored area."""
    return context.labels.category(grouping, code) if code != WHOLE else context.area


def pair(row: pd.Series, context: Context) -> str:
    """The two groups compared."""
    return context.words(
        "measured.pair",
        focal=group(row["grouping"], row["focal"], context),
        reference=group(row["grouping"], row["reference"], context),
    )


def comparison(row: pd.Series, context: Context) -> str:
    """An item with the two groups compared."""
    return context.words("measured.comparison", item=row["item"], groups=pair(row, context))


def codes(joined: object) -> list[str]:
    """Codes that stand in one cell, joined by spaces."""
    return _text(joined).split()


def option(item: str, code: str, context: Context) -> str:
    """An answer code with its text; a kind of missing answer by its name."""
    found = context.items.get(item)
    for choice in found.options if found else ():
        if choice.code == code:
            return f"{code} {context.words.title(choice, 'text', fallback=choice.text_en)}"
    return _known(f"measured.option.{code}", code, context)


def item_text(item: str, context: Context) -> str:
    """Wording of an item; empty when the bank lacks it."""
    found = context.items.get(item)
    return context.words.title(found, "text", fallback=found.text_en) if found else ""


def _known(key: str, code: str, context: Context) -> str:
    return context.words(key) if key in context.words.sentences else code


def _text(code: object) -> str:
    """Empty cells come as None or as not a number."""
    return code if isinstance(code, str) else ""
