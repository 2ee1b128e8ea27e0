"""What the simulated vendor delivers: its column names, codes and labels, and the map to ours."""

from collections.abc import Mapping

import pandas as pd

from pipeline.config.items import Item
from pipeline.fields import MissingKind
from pipeline.io.microdata_writer import SavFile
from pipeline.simulation.interviews import AT_HOME, ON_SITE, ONLINE
from pipeline.simulation.outcome import Questionnaire
from pipeline.simulation.parameters import City, Delivery

_RECORDS = ("interviewer", "started_at", "minutes")


def vendor_file(
    city: City,
    wave: str,
    rows: pd.DataFrame,
    records: pd.DataFrame,
    answers: pd.DataFrame,
    questionnaire: Questionnaire,
) -> SavFile:
    """The delivered file: design, variables, paradata, answers, and identifiers to be dropped."""
    delivery, instrument = city.delivery, questionnaire.instrument
    kinds = {int(MissingKind[name.upper()]): m.code for name, m in delivery.missing.items()}
    number = pd.Series(range(1, len(rows) + 1))
    frame = pd.DataFrame({"respondent_id": number.map(f"{wave}{{:05d}}".format)})
    frame = frame.join(rows[["stratum", "psu"]])
    for variable in instrument.variables:
        frame[variable.id] = pd.to_numeric(rows[variable.id].astype(object))
    frame = frame.join(records[[*_RECORDS, "ended_at"]]).join(answers.replace(kinds))
    for name, pattern in delivery.identifiers.items():
        frame[name] = number.map(lambda n, text=pattern: text.format(number=n))
    names = {str(name): file_name(str(name), delivery, questionnaire.items) for name in frame}
    codes = sorted(m.code for m in delivery.missing.values())
    return SavFile(
        frame=frame.rename(columns=names),
        label=delivery.label,
        column_labels={names[k]: v for k, v in _column_labels(delivery, questionnaire).items()},
        value_labels={names[k]: v for k, v in _value_labels(delivery, questionnaire).items()},
        missing={names[name]: (codes[0], codes[-1]) for name in answers},
    )


def file_name(name: str, delivery: Delivery, items: list[Item]) -> str:
    """Name of one of our columns in the delivered file."""
    if any(name in item.answer_columns for item in items):
        return delivery.item_prefix + name.upper()
    return delivery.names.get(name, name)


def column_map(city: City, questionnaire: Questionnaire) -> dict[str, object]:
    """The map that leads from the delivered file back to our columns and codes."""
    delivery, instrument = city.delivery, questionnaire.instrument
    ours = ["respondent_id", "stratum", "psu", *(v.id for v in instrument.variables), *_RECORDS]
    ours += [name for item in questionnaire.items for name in item.answer_columns]
    ours += [name for question in instrument.questions for name in question.answer_columns]
    sources = {name: file_name(name, delivery, questionnaire.items) for name in ours}
    sources["source"] = sources["mode_code"]
    sources["eligible_adults"] = sources["household_adults"]
    padded = {
        variable.id: [code.code for code in variable.codes if str(int(code.code)) != code.code]
        for variable in instrument.variables
    }
    recode = {name: {str(int(c)): c for c in codes} for name, codes in padded.items() if codes}
    recode["source"] = {AT_HOME: "probability", ON_SITE: "probability", ONLINE: "online"}
    return {
        "sources": sources,
        "recode": recode,
        "missing": {str(m.code): name for name, m in delivery.missing.items()},
    }


def _column_labels(delivery: Delivery, questionnaire: Questionnaire) -> dict[str, str]:
    labels = dict(delivery.labels)
    labels |= {v.id: v.title_zh for v in questionnaire.instrument.variables}
    for item in questionnaire.items:
        options = [option.text_zh for option in item.options]
        labels |= _asked(item.text_zh, options, list(item.answer_columns))
    for question in questionnaire.instrument.questions:
        options = [option.title_zh for option in question.options]
        labels |= _asked(question.text_zh, options, list(question.answer_columns))
    return labels


def _asked(text: str, options: list[str], columns: list[str]) -> dict[str, str]:
    """The question as label; where every option has a column of its own, option first."""
    if len(columns) == 1:
        return {columns[0]: text}
    return {name: f"{words} | {text}" for name, words in zip(columns, options, strict=True)}


def _value_labels(delivery: Delivery, questionnaire: Questionnaire) -> dict[str, Mapping[int, str]]:
    missing = {m.code: m.title_zh for m in delivery.missing.values()}
    chosen = {0: delivery.not_chosen, 1: delivery.chosen}
    labels: dict[str, Mapping[int, str]] = {
        variable.id: {int(code.code): code.title_zh for code in variable.codes}
        for variable in questionnaire.instrument.variables
        if variable.kind == "code"
    }
    for item in questionnaire.items:
        words = {int(option.code): option.text_zh for option in item.options}
        words = chosen if item.type == "multiple" else words
        labels |= dict.fromkeys(item.answer_columns, words | missing)
    for question in questionnaire.instrument.questions:
        words = {int(option.code): option.title_zh for option in question.options}
        words = chosen if question.kind == "multiple" else words
        labels |= dict.fromkeys(question.answer_columns, words | missing)
    return labels
