"""The jobs in svy (Python with a Rust engine)."""

import warnings
from dataclasses import dataclass

import numpy as np
import polars as pl
import svy
from job import (
    CUT,
    ITEMS,
    REPLICATES,
    ROUNDS,
    SEED,
    TOLERANCE,
    Answers,
    Survey,
    estimate_answers,
    run,
    weight_answers,
)

warnings.simplefilter("ignore")
NAMES = [f"item{number:02d}" for number in range(ITEMS)]
DESIGN = svy.Design(stratum="stratum", psu="psu", wgt="weight")


@dataclass(frozen=True)
class Frames:
    """People and items as polars frames, their design, and what the files say."""

    people: pl.DataFrame
    items: pl.DataFrame
    sample: svy.Sample
    survey: Survey


def frames(survey: Survey) -> Frames:
    """The survey as a user of svy holds it."""
    people = pl.DataFrame(survey.codes | {"weight": survey.weight})
    items = pl.DataFrame(dict(zip(NAMES, survey.items, strict=True)))
    return Frames(people, items, svy.Sample(people, DESIGN), survey)


def linearised(frames: Frames) -> Answers:
    """Taylor linearisation, share overall and by county."""
    sample = _scored(frames)
    return _answers(sample.estimation.mean("y"), sample.estimation.mean("y", by="county"))


def replicates(frames: Frames) -> Answers:
    """Rao-Wu bootstrap weights, raked together with the weight."""
    sample = _scored(frames)
    sample = sample.weighting.create_bs_wgts(n_reps=REPLICATES, rstate=SEED)
    sample = _raked(sample, frames.survey, "replicates")
    estimation = sample.estimation
    return _answers(
        estimation.mean("y", method="replication"),
        estimation.mean("y", by="county", method="replication"),
    )


def raking(frames: Frames) -> Answers:
    """Raking of the weight alone."""
    sample = _raked(frames.sample, frames.survey, "raking")
    return weight_answers(sample.data["rk_wgt"].to_numpy())


def _scored(frames: Frames) -> svy.Sample:
    right = pl.sum_horizontal(NAMES)
    score = frames.items.select(y=(right >= CUT).cast(pl.Float64))
    return svy.Sample(frames.people.hstack(score), DESIGN)


def _raked(sample: svy.Sample, survey: Survey, job: str) -> svy.Sample:
    controls = {
        name: dict(enumerate(totals.tolist())) for name, totals in survey.totals(job).items()
    }
    return sample.weighting.rake(controls=controls, tol=TOLERANCE, max_iter=ROUNDS)


def _answers(whole: svy.Estimate, by_county: svy.Estimate) -> Answers:
    rows = [*whole.estimates, *by_county.estimates]
    return estimate_answers(np.array([r.est for r in rows]), np.array([r.se for r in rows]))


if __name__ == "__main__":
    run({"linearised": linearised, "replicates": replicates, "raking": raking}, frames)
