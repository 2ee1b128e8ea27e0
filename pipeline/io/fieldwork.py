"""Sampling and fieldwork records: which first-stage units were drawn, and what became of them."""

from pathlib import Path

import pandas as pd

from pipeline.errors import MicrodataError

_KEY = ["stratum", "psu"]
_SAMPLING = ["psu_prob", "household_prob"]
_COUNTS = ["issued", "eligible", "completed"]


def read_fieldwork(folder: Path) -> pd.DataFrame:
    """Sampling record joined with fieldwork record, one row per first-stage unit.

    Raises:
        MicrodataError: a record is absent, lacks columns, or the two name different units.
    """
    sampling = _read(folder / "sampling.csv", [*_KEY, *_SAMPLING])
    fieldwork = _read(folder / "fieldwork.csv", [*_KEY, *_COUNTS])
    _refuse_different_units(sampling, fieldwork, "sampling.csv", "fieldwork.csv", folder)
    joined = sampling.merge(fieldwork, on=_KEY, validate="one_to_one")
    joined["psu"] = nested(joined["stratum"], joined["psu"])
    numbers = joined[_SAMPLING].astype(float).join(joined[_COUNTS].astype("int64"))
    return joined[_KEY].join(numbers)


def no_fieldwork() -> pd.DataFrame:
    """The empty record of a wave whose weights are delivered with the microdata."""
    types = dict.fromkeys(_KEY, "str") | dict.fromkeys(_SAMPLING, "float")
    columns = [*_KEY, *_SAMPLING, *_COUNTS]
    return pd.DataFrame(columns=columns).astype(types | dict.fromkeys(_COUNTS, "int64"))


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


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    if not path.is_file():
        raise MicrodataError(str(path), "the record is missing", hint=f"columns: {columns}")
    frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    missing = [name for name in columns if name not in frame.columns]
    blank = [name for name in columns if name in frame and frame[name].isna().any()]
    faults = [f"column {name} is missing" for name in missing]
    faults += [f"column {name} has empty cells" for name in blank]
    if faults:
        raise MicrodataError(str(path), faults)
    return frame[columns]


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
