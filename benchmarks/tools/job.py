"""What every measured program shares: the survey from files, the clock, the peak of memory.

A program runs as its own process, `python TOOL.py JOB FOLDER SECONDS`. It loads the files,
does the job once to warm up, repeats it for the seconds given, and prints one line of JSON:
median seconds, runs, peak resident memory in MB, and the answers by which tools are compared.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

ITEMS, CUT = 50, 30  # items asked, right answers that pass
REPLICATES, SEED = 500, 1
TOLERANCE, ROUNDS = 1e-6, 200
MOST_RUNS = 30
CODES = ("stratum", "psu", "county", "age", "sex", "education", "age_sex", "sex_education")

Answers = dict[str, float]
T = TypeVar("T")


@dataclass(frozen=True)
class Survey:
    """N people: weight, codes by name, (ITEMS, N) answers, population totals by margin."""

    weight: np.ndarray
    codes: dict[str, np.ndarray]
    items: np.ndarray
    margins: dict[str, dict[str, list[float]]]

    def totals(self, job: str) -> dict[str, np.ndarray]:
        """Population totals by margin for a job."""
        return {name: np.array(totals) for name, totals in self.margins[job].items()}


def load(folder: Path) -> Survey:
    """Read the files `survey.py` wrote."""
    weight = np.fromfile(folder / "weight.f8")
    codes = {name: np.fromfile(folder / f"{name}.i4", dtype=np.int32) for name in CODES}
    items = np.fromfile(folder / "items.i1", dtype=np.int8).reshape(ITEMS, len(weight))
    margins = json.loads((folder / "margins.json").read_text(encoding="utf-8"))
    return Survey(weight=weight, codes=codes, items=items, margins=margins)


def passed(items: np.ndarray, chunk: int = 1 << 16) -> np.ndarray:
    """(N,) whether enough answers are right; in chunks that stay in the cache."""
    score = np.zeros(items.shape[1], dtype=np.int8)
    for start in range(0, len(score), chunk):
        here = score[start : start + chunk]
        for item in items:
            here += item[start : start + chunk]
    return score >= CUT


def run(
    jobs: Mapping[str, Callable[[Any], Answers]],
    prepare: Callable[[Survey], Any] = lambda survey: survey,
) -> None:
    """Do the job named on the command line and print what it took.

    Args:
        jobs: by name, from what `prepare` made to answers.
        prepare: puts the survey into the form in which a user of the tool would hold it;
            like reading files, it is not timed.
    """
    name, folder, budget = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    survey = prepare(load(folder))
    first, answers = _timed(jobs[name], survey)
    seconds: list[float] = [first] if first >= budget else []  # long runs need no warm-up
    while not seconds or (sum(seconds) < budget and len(seconds) < MOST_RUNS):
        seconds.append(_timed(jobs[name], survey)[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = {"seconds": statistics.median(seconds), "runs": len(seconds), "peak_mb": peak}
    print(json.dumps(report | {"answers": answers}))


def _timed(job: Callable[[T], Answers], survey: T) -> tuple[float, Answers]:
    start = time.perf_counter()
    answers = job(survey)
    return time.perf_counter() - start, answers


def estimate_answers(estimate: np.ndarray, se: np.ndarray) -> Answers:
    """What is compared of a share overall (first) and by county."""
    return {
        "share": float(estimate[0]),
        "se": float(se[0]),
        "county_se": float(np.mean(se[1:])),
    }


def weight_answers(weight: np.ndarray) -> Answers:
    """What is compared of raked weights."""
    return {"sum": float(weight.sum()), "squares": float((weight**2).sum())}
