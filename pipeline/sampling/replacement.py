"""Replacing a community that cannot be entered: by the next reserve of its stratum, on record.

The draw itself never changes; what is in the field stands beside it. A reserve keeps its own
probability: putting it into the sample and leaving the lost community out comes to the same as
drawing one more unit and letting the stratum stand for the one that was lost.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.errors import DesignError
from pipeline.io.microdata_writer import write_record
from pipeline.io.registers import text_table
from pipeline.sampling.drawing import DrawnCommunity, DrawnStratum
from pipeline.sampling.record import sampling_record

REPLACEMENTS, SAMPLING = "replacements.csv", "sampling.csv"
_COLUMNS = ["stratum", "psu", "replaced_by", "order", "reason"]


def replace_community(
    strata: Sequence[DrawnStratum], folder: Path, psu: str, reason: str
) -> DrawnCommunity:
    """Record that a community is lost, and put the next reserve of its stratum in its place.

    Writes the record of all replacements, and `sampling.csv` as the field then stands.

    Args:
        strata: the draw.
        folder: of what is in the field; its record is read if there is one.
        psu: code of the lost community, of the sample or a reserve in use.
        reason: why it cannot be entered.

    Returns:
        The reserve.

    Raises:
        DesignError: the community is not in the field, no reserve is left, or no reason given.
    """
    record = read_replacements(folder)
    where = str(folder / REPLACEMENTS)
    if not reason.strip():
        raise DesignError(where, "expected a reason, got none", hint="say why with --reason")
    home = next((s for s in strata if psu in {c.psu for c in _in_field(s, record)}), None)
    if home is None:
        raise DesignError(
            where, f"expected a community that is in the field, got {psu}",
            hint="the sample stands in draw/sampling.csv, what was replaced in this record",
        )  # fmt: skip
    spare = [c for c in home.reserve if c.psu not in set(record["replaced_by"])]
    if not spare:
        raise DesignError(
            where, f"stratum {home.name} has no reserve left",
            hint="leave the community in the record with 0 completed interviews: the others of "
            "its stratum stand for it",
        )  # fmt: skip
    reserve = spare[0]
    row = [home.name, psu, reserve.psu, str(reserve.order), reason.strip()]
    record = pd.concat([record, pd.DataFrame([row], columns=_COLUMNS)])
    write_record(record, folder / REPLACEMENTS)
    in_field = [community for stratum in strata for community in _in_field(stratum, record)]
    write_record(sampling_record(in_field), folder / SAMPLING)
    return reserve


def read_replacements(folder: Path) -> pd.DataFrame:
    """What was replaced, in order; no rows where nothing was."""
    path = folder / REPLACEMENTS
    if not path.is_file():
        return pd.DataFrame(columns=_COLUMNS, dtype=str)
    return text_table(path)


def _in_field(stratum: DrawnStratum, record: pd.DataFrame) -> list[DrawnCommunity]:
    """Sample and reserves in use, without those lost, in the order of the draw."""
    lost, used = set(record["psu"]), set(record["replaced_by"])
    drawn = [*stratum.sample, *(c for c in stratum.reserve if c.psu in used)]
    return [community for community in drawn if community.psu not in lost]
