"""The jobs through the analyst's interface of this project."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
from job import (
    REPLICATES,
    ROUNDS,
    SEED,
    TOLERANCE,
    Answers,
    Survey,
    estimate_answers,
    passed,
    run,
    weight_answers,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline import survey as library

Weighted = TypeVar("Weighted", library.Design, library.ReplicateDesign)


@dataclass(frozen=True)
class Frame:
    """People as a frame, their design, and what the files say beside it."""

    people: pd.DataFrame
    design: library.Design
    survey: Survey


def frame(survey: Survey) -> Frame:
    """The survey as an analyst holds it: codes as whole numbers."""
    people = pd.DataFrame({**survey.codes, "weight": survey.weight})
    return Frame(people, _design(people), survey)


def linearised(frame: Frame) -> Answers:
    """Taylor linearisation, share overall and by county."""
    return _answers(_design(_scored(frame)))


def replicates(frame: Frame) -> Answers:
    """Rao-Wu bootstrap, raked in every replicate."""
    made = _design(_scored(frame)).replicates("bootstrap", n=REPLICATES, seed=SEED)
    return _answers(_raked(made, frame, "replicates"))


def raking(frame: Frame) -> Answers:
    """Raking of the weight alone."""
    return weight_answers(_raked(frame.design, frame, "raking").weight)


def _scored(frame: Frame) -> pd.DataFrame:
    return frame.people.assign(passed=passed(frame.survey.items))


def _design(people: pd.DataFrame) -> library.Design:
    return library.Design(people, weight="weight", stratum="stratum", psu="psu")


def _raked(design: Weighted, frame: Frame, job: str) -> Weighted:
    margins = {
        name: dict(enumerate(totals.tolist())) for name, totals in frame.survey.totals(job).items()
    }
    return design.rake(margins, tolerance=TOLERANCE, max_rounds=ROUNDS)


def _answers(design: library.Design | library.ReplicateDesign) -> Answers:
    rows = pd.concat([design.share("passed"), design.share("passed", by="county")])
    return estimate_answers(rows["estimate"].to_numpy(), rows["se"].to_numpy())


if __name__ == "__main__":
    run({"linearised": linearised, "replicates": replicates, "raking": raking}, frame)
