"""The record of a draw: what a wave's folder needs, and everything an auditor asks for.

A draw is made once. The same design and list give the same bytes, and a folder that holds
another draw is never overwritten.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import WorkspaceError
from pipeline.io.microdata_writer import record_bytes
from pipeline.io.output import replacing, write_files
from pipeline.sampling.drawing import DrawnCommunity, DrawnStratum
from pipeline.sampling.planned import Planned

ALGORITHM = (
    "Stratified systematic selection of communities with probability proportional to listed "
    "households, in the order of the list, reserves set aside from the same pass (Madow 1949); "
    "systematic households with a fractional interval: line j is floor((start + j) * listed / "
    "issued) + 1; Kish tables in blocks of twelve. Random numbers: Philox keyed by sha256 of "
    "seed, wave, step and name."
)
_SAMPLING = ["stratum", "psu", "psu_prob", "household_prob", "listed", "issued"]
_TO_FILL = ["eligible", "completed", "refused", "unknown"]


def record_files(planned: Planned, strata: Sequence[DrawnStratum]) -> dict[str, bytes]:
    """The files of a draw by name.

    `sampling.csv` has the format of a wave's folder; `fieldwork.csv` is to be filled in;
    `selection.json` holds seed, digests, algorithm, every probability and the reserves.
    """
    drawn = [community for stratum in strata for community in stratum.sample]
    sampling = sampling_record(drawn)
    fieldwork = sampling[["stratum", "psu", "issued"]].assign(**dict.fromkeys(_TO_FILL, ""))
    text = json.dumps(_selection(planned, strata), ensure_ascii=False, indent=1)
    return {
        "sampling.csv": record_bytes(sampling),
        "fieldwork.csv": record_bytes(fieldwork),
        "selection.json": f"{text}\n".encode(),
    }


def sampling_record(communities: Sequence[DrawnCommunity]) -> pd.DataFrame:
    """Communities as a wave's `sampling.csv` lists them."""
    return pd.DataFrame([{name: getattr(c, name) for name in _SAMPLING} for c in communities])


def keep(folder: Path, files: dict[str, bytes]) -> bool:
    """Write a draw unless the folder holds it already.

    Returns:
        Whether files were written.

    Raises:
        WorkspaceError: the folder holds another draw, or a draw that was changed by hand.
    """
    if not folder.exists() or not any(folder.iterdir()):
        with replacing(folder) as partial:
            write_files(partial, files)
        return True
    differing = [
        name
        for name, content in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]
    if differing:
        raise WorkspaceError(
            str(folder),
            f"expected no draw or this one, got another: {', '.join(differing)} differ",
            hint="a draw is made once: nobody may draw again until they like it. Put design and "
            "list back as they were; after a mistake that was found before fieldwork, remove the "
            "folder in a commit that says why",
        )
    return False


def _selection(planned: Planned, strata: Sequence[DrawnStratum]) -> dict[str, Any]:
    design = planned.design
    return {
        "wave": design.wave,
        "title_zh": design.title_zh,
        "title_en": design.title_en,
        "origin": design.frame.origin,
        "algorithm": ALGORITHM,
        "seed": design.seed,
        "design_sha256": planned.design_digest,
        "frame": design.frame.file,
        "frame_sha256": planned.frame_digest,
        "strata": [_stratum(stratum) for stratum in strata],
    }


def _stratum(stratum: DrawnStratum) -> dict[str, Any]:
    probability = zip(stratum.frame["community"], stratum.probability, strict=True)
    return {
        "stratum": stratum.name,
        "communities_listed": len(stratum.frame),
        "households_listed": int(stratum.frame["households"].sum()),
        "random_start": stratum.start,
        "certain": stratum.certain,
        "sample": [_community(community) for community in stratum.sample],
        "reserves_in_order_of_use": [_community(community) for community in stratum.reserve],
        "psu_prob_of_every_community": {code: float(chance) for code, chance in probability},
    }


def _community(community: DrawnCommunity) -> dict[str, Any]:
    return {
        "psu": community.psu,
        "name": community.name,
        "psu_prob": community.psu_prob,
        "household_prob": community.household_prob,
        "listed": community.listed,
        "issued": community.issued,
        "interval": community.interval,
        "random_start": community.start,
        "households": " ".join(map(str, np.asarray(community.lines).tolist())),
        "kish_tables": " ".join(community.tables.tolist()),
    }
