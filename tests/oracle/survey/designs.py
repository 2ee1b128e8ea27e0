"""Designs of designs.json built through the public API."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline import survey
from tests.oracle.survey.cases import Case, Folder
from tests.oracle.survey.conditions import mask_of, values_of
from tests.oracle.survey.r_text import design_of_text

AnyDesign = Any
Spec = Mapping[str, Any]


class NotUnderstoodError(Exception):
    """A word of the reference numbers that the runner cannot interpret."""


def frame_of(folder: Folder, case: Case) -> pd.DataFrame:
    """The rows that the design of a case is about."""
    spec = folder.designs.get(case.design, {})
    name = spec.get("data") or case.data
    frame = folder.data(name)
    if spec.get("filter"):
        frame = frame[mask_of(frame, spec["filter"])].reset_index(drop=True)
    return frame


def design_of(folder: Folder, case: Case, frame: pd.DataFrame) -> AnyDesign:
    spec = folder.designs[case.design]
    kinds = {"taylor": taylor, "pps": unequal, "replicate": replicate}
    if spec.get("kind") not in kinds:
        raise NotUnderstoodError(f"design of kind {spec.get('kind')}")
    return kinds[spec["kind"]](folder, spec, frame)


def taylor(folder: Folder, spec: Spec, frame: pd.DataFrame) -> survey.Design:
    """Strata, PSUs of one or more stages, weights and population sizes."""
    options = spec.get("options") if isinstance(spec.get("options"), dict) else {}
    plan = {}
    for key, given in (("psu", spec.get("psu")), ("stratum", spec.get("strata"))):
        frame, name = _labels(frame, given, f"_{key}")
        plan |= {key: name} if name else {}
    plan |= {
        "lonely_psu": options.get("lonely_psu", "fail"),
        "lonely_in_domains": bool(options.get("domain_lonely", False)),
    }
    fpc, weight = _fpc(spec.get("fpc")), _weight(spec.get("weights"), frame)
    if fpc is not None:
        plan["fpc"] = fpc
    if weight is not None:
        plan["weight"] = "_weight"
        frame = frame.assign(_weight=weight)
    if options.get("ultimate_cluster") and isinstance(plan.get("psu"), list):
        whole = survey.Design(frame, **plan)
        frame = frame.assign(_weight=whole.weight)
        plan |= {"weight": "_weight", "psu": plan["psu"][0], "fpc": plan["fpc"][0]}
    return survey.Design(frame, **plan)


def _labels(frame: pd.DataFrame, given: Any, title: str) -> tuple[pd.DataFrame, Any]:
    """A column, one per stage, or a crossing such as "interaction(wave, stratum)"."""
    if not given or given == "1":
        return frame, None
    if isinstance(given, list) or given in frame:
        return frame, given
    axes = [name for name in re.findall(r"[A-Za-z_][\w.]*", given) if name in frame]
    if not axes:
        raise NotUnderstoodError(f"labels: {given}")
    return frame.assign(**{title: frame[axes].astype(str).agg(".".join, axis=1)}), title


def weighted_by(frame: pd.DataFrame, weight: np.ndarray) -> survey.Design:
    """A design of which only the weights matter."""
    return survey.Design(frame.assign(_weight=weight), weight="_weight")


def unequal(folder: Folder, spec: Spec, frame: pd.DataFrame) -> survey.Design:
    """Drawn with unequal probabilities without replacement."""
    named = spec["variance"].lower()
    rules = {"hartley-rao app": "hartley_rao", "brewer": "brewer", "overton": "overton"}
    rule = next((rule for word, rule in rules.items() if word in named), None)
    if rule is None or "joint" in spec:
        raise NotUnderstoodError(f"variance: {spec['variance']}")
    prob = values_of(frame, spec["prob"]).astype(float)
    plan: dict[str, Any] = {"weight": "_weight", "fpc": "_prob", "pps": rule}
    if given := re.search(r"HR\(sum\([\w$]+\$(\w+)\^2\)/(\d+)\)", spec.get("r", "")):
        squares = float((frame[given[1]] ** 2).sum())
        plan["squared_probabilities"] = squares * _draws(prob) / float(given[2])
    if spec.get("strata"):
        plan["stratum"] = spec["strata"]
    return survey.Design(frame.assign(_weight=1 / prob, _prob=prob), **plan)


def _draws(prob: "pd.Series[float]") -> float:
    return float(len(prob))


def replicate(folder: Folder, spec: Spec, frame: pd.DataFrame) -> survey.ReplicateDesign:
    """Replicates made from a design, or given as weights or factors."""
    kind = spec["type"].lower()
    if "from" in spec or "psu" in spec or "strata" in spec:
        parent = spec
        if "from" in spec:
            parent = folder.designs.get(spec["from"]) or design_of_text(spec["r"])
        made = taylor(folder, parent, frame)
        options = {"rho": spec["rho"]} if "rho" in spec else {}
        return made.replicates(kind, mse=bool(spec.get("mse")), **options)
    factors, combined = _replicate_columns(folder, spec, frame)
    weight = _weight(spec.get("weights", "1"), frame)
    names = [f"_replicate{j + 1}" for j in range(factors.shape[1])]
    columns = dict(zip(names, factors.T, strict=True)) | {"_weight": weight}
    wide = pd.concat([frame, pd.DataFrame(columns, index=frame.index)], axis=1)
    options = {key: spec[key] for key in ("scale", "rscales", "rho") if key in spec}
    if kind in ("acs", "successive-difference"):
        kind, options = "successive_difference", {}
    return survey.ReplicateDesign.given(
        wide,
        weight="_weight",
        replicate_weights=names,
        kind=kind if kind in KINDS else "other",
        combined=combined,
        mse=bool(spec.get("mse")),
        **options,
    )


KINDS = ("jk1", "jkn", "jk2", "brr", "fay", "bootstrap", "successive_difference")


def _replicate_columns(folder: Folder, spec: Spec, frame: pd.DataFrame) -> tuple[np.ndarray, bool]:
    """(n, R) replicate weights or factors, and whether the base weight is in them."""
    given = spec.get("repfactors", spec.get("repweights"))
    combined = bool(spec.get("combined", "repweights" in spec))
    if isinstance(given, list) and given and not isinstance(given[0], str):
        return np.asarray(given, dtype=float), combined
    if isinstance(given, list):
        return frame[given].to_numpy(dtype=float), combined
    if joined := re.match(r"([\w.]+\.csv(?:\.gz)?)(?:\s*\(joined on (\w+)\))?", given):
        table = folder.data(joined[1])
        key = joined[2]
        if key:
            table = table.set_index(key).loc[frame[key]]
        return table.to_numpy(dtype=float), combined
    return frame[_range(given)].to_numpy(dtype=float), combined


def _range(text: str) -> list[str]:
    """Names of "brr_1..brr_32"; leading zeros are kept."""
    first, last = text.split("..")
    stem, start = re.fullmatch(r"(.*?)(\d+)", first).groups()
    stop = re.search(r"\d+$", last).group()
    return [f"{stem}{j:0{len(start)}d}" for j in range(int(start), int(stop) + 1)]


def _weight(text: str | None, frame: pd.DataFrame) -> "pd.Series[float] | None":
    """Weights from a column or an expression; None when the population sizes imply them."""
    if text is None or "implied" in str(text):
        return None
    if text in frame:
        return frame[text].astype(float)
    columns = frame if "n" in frame else frame.assign(n=len(frame))
    return values_of(columns, str(text)).astype(float)


def _fpc(given: Any) -> Any:
    """Columns of population sizes, or one number for all strata ("5 in each stratum")."""
    if given is None or isinstance(given, list):
        return given
    number = re.match(r"[\d.]+(?=\s|$)", str(given))
    return float(number.group()) if number else given
