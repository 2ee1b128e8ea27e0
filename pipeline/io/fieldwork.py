"""Sampling and fieldwork records: which first-stage units were drawn, and what became of them."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pipeline.errors import MicrodataError
from pipeline.io.microdata.reading import read_csv_text

_KEY = ["stratum", "psu"]
_SAMPLING = ["psu_prob", "household_prob"]
_COUNTS = ["issued", "eligible", "completed"]
_OPTIONAL = ["refused", "unknown"]


def read_fieldwork(folder: Path) -> pd.DataFrame:
    """Sampling record joined with fieldwork record, one row per first-stage unit.

    Counts of refusals and of addresses whose eligibility was never learned may be left out;
    they are then 0.

    Raises:
        MicrodataError: a record is absent, lacks columns, holds impossible numbers, or the
            two name different units.
    """
    sampling = _read(folder / "sampling.csv", _SAMPLING, "a probability in (0, 1]", _is_probability)
    counts = [*_COUNTS, *_OPTIONAL]
    fieldwork = _read(folder / "fieldwork.csv", counts, "a whole number from 0", _is_count)
    _refuse_different_units(sampling, fieldwork, "sampling.csv", "fieldwork.csv", folder)
    joined = sampling.merge(fieldwork, on=_KEY, validate="one_to_one")
    joined["psu"] = nested(joined["stratum"], joined["psu"])
    _refuse_impossible_counts(joined, folder / "fieldwork.csv")
    return joined.astype(dict.fromkeys(counts, "int64"))


def no_fieldwork() -> pd.DataFrame:
    """The empty record of a wave whose weights are delivered with the microdata."""
    types = dict.fromkeys(_KEY, "str") | dict.fromkeys(_SAMPLING, "float")
    counts = [*_COUNTS, *_OPTIONAL]
    columns = [*_KEY, *_SAMPLING, *counts]
    return pd.DataFrame(columns=columns).astype(types | dict.fromkeys(counts, "int64"))


def nested(stratum: pd.Series, psu: pd.Series) -> pd.Series:
    """First-stage units named within their stratum, so that equal codes stay apart."""
    return stratum.astype(str) + "/" + psu.astype(str)


def reconcile(fieldwork: pd.DataFrame, interviews: pd.DataFrame, where: str) -> None:
    """Refuse microdata whose units or interview counts differ from the records.

    Args:
        fieldwork: result of `read_fieldwork`.
        interviews: probability-sample rows of the file with stratum and psu (nested).
        where: the wave's folder, for errors.

    Raises:
        MicrodataError: naming each unit with the recorded and the delivered count.
    """
    delivered = interviews.groupby("psu").size()
    recorded = fieldwork.set_index("psu")["completed"]
    both = pd.DataFrame({"recorded": recorded, "delivered": delivered}).fillna(0).astype(int)
    differing = both[both["recorded"] != both["delivered"]]
    if len(differing):
        raise MicrodataError(
            where,
            [
                f"unit {psu}: fieldwork.csv records {row.recorded} completed interviews, the "
                f"microdata hold {row.delivered}"
                for psu, row in differing.iterrows()
            ],
            hint="correct the record, or have the missing interviews delivered",
        )


def _read(
    path: Path, numbers: list[str], expected: str, is_sound: Callable[[pd.Series], pd.Series]
) -> pd.DataFrame:
    columns = [*_KEY, *numbers]
    if not path.is_file():
        raise MicrodataError(
            str(path), "the record is missing", hint=f"columns: {', '.join(columns)}"
        )
    frame = _table(path)
    frame = frame.assign(**{name: 0 for name in _OPTIONAL if name not in frame})
    faults = [f"column {name} is missing" for name in columns if name not in frame.columns]
    if not faults:
        frame = frame[columns].assign(
            **{name: pd.to_numeric(frame[name], errors="coerce") for name in numbers}
        )
        wrong = {name: int(frame[name].isna().sum()) for name in _KEY}
        wrong |= {name: int((~is_sound(frame[name])).sum()) for name in numbers}
        faults = [
            f"column {name}: expected {'a code' if name in _KEY else expected}; "
            f"rows that differ: {rows}"
            for name, rows in wrong.items()
            if rows
        ]
    if faults:
        raise MicrodataError(str(path), faults)
    return frame


def _table(path: Path) -> pd.DataFrame:
    try:
        return read_csv_text(path)[0]
    except ValueError:
        raise MicrodataError(
            str(path), "expected a CSV table with a header", hint="save the record as CSV again"
        ) from None


def _is_probability(values: pd.Series) -> pd.Series:
    return (values > 0) & (values <= 1)


def _is_count(values: pd.Series) -> pd.Series:
    return (values >= 0) & (values % 1 == 0)


def _refuse_impossible_counts(units: pd.DataFrame, path: Path) -> None:
    known = units["issued"] - units["unknown"]
    answered = units["completed"] + units["refused"]
    sound = (answered <= units["eligible"]) & (units["eligible"] <= known)
    if not sound.all():
        raise MicrodataError(
            str(path),
            [
                f"unit {unit}: expected completed + refused <= eligible <= issued - unknown"
                for unit in units.loc[~sound, "psu"]
            ],
        )


def _refuse_different_units(
    one: pd.DataFrame, other: pd.DataFrame, one_name: str, other_name: str, folder: Path
) -> None:
    ones, others = (set(nested(f["stratum"], f["psu"])) for f in (one, other))
    faults = [f"unit {unit} stands in {one_name} only" for unit in sorted(ones - others)]
    faults += [f"unit {unit} stands in {other_name} only" for unit in sorted(others - ones)]
    faults += [
        f"{name} names a unit twice"
        for name, frame in ((one_name, one), (other_name, other))
        if frame.duplicated(_KEY).any()
    ]
    if faults:
        raise MicrodataError(str(folder), faults, hint="both records list every drawn unit once")
