"""The jobs in samplics (archived; svy is its successor)."""

import warnings

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from job import (  # noqa: E402
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
from samplics import PopParam, RepMethod, SampleWeight, TaylorEstimator  # noqa: E402
from samplics.estimation import ReplicateEstimator  # noqa: E402
from samplics.weighting import ReplicateWeight  # noqa: E402


def linearised(survey: Survey) -> Answers:
    """Taylor linearisation, share overall and by county."""
    y = passed(survey.items).astype(float)
    design = {"stratum": survey.codes["stratum"], "psu": survey.codes["psu"]}
    whole, counties = TaylorEstimator(PopParam.mean), TaylorEstimator(PopParam.mean)
    whole.estimate(y=y, samp_weight=survey.weight, **design)
    counties.estimate(y=y, samp_weight=survey.weight, domain=survey.codes["county"], **design)
    return _answers(whole, counties)


def replicates(survey: Survey) -> Answers:
    """Bootstrap weights, each raked, then the estimate."""
    y = passed(survey.items).astype(float)
    maker = ReplicateWeight(
        method=RepMethod.bootstrap, strat=True, nb_reps=REPLICATES, rand_seed=SEED
    )
    frame = maker.replicate(
        samp_weight=survey.weight, psu=survey.codes["psu"], stratum=survey.codes["stratum"]
    )
    raw = frame.filter(like="_boot_wgt_").to_numpy(dtype=float)
    raked = np.column_stack([_raked(column, survey, "replicates") for column in raw.T])
    weight = _raked(survey.weight, survey, "replicates")
    whole = ReplicateEstimator(RepMethod.bootstrap, PopParam.mean)
    counties = ReplicateEstimator(RepMethod.bootstrap, PopParam.mean)
    whole.estimate(y=y, samp_weight=weight, rep_weights=raked)
    counties.estimate(y=y, samp_weight=weight, rep_weights=raked, domain=survey.codes["county"])
    return _answers(whole, counties)


def raking(survey: Survey) -> Answers:
    """Raking of the weight alone."""
    return weight_answers(_raked(survey.weight, survey, "raking"))


def _raked(weight: np.ndarray, survey: Survey, job: str) -> np.ndarray:
    totals = survey.totals(job)
    return np.asarray(
        SampleWeight().rake(
            weight,
            margins={name: survey.codes[name] for name in totals},
            control={name: dict(enumerate(t.tolist())) for name, t in totals.items()},
            tol=TOLERANCE,
            max_iter=ROUNDS,
        )
    )


def _answers(whole: TaylorEstimator, counties: TaylorEstimator) -> Answers:
    def flat(value: object) -> list[float]:
        return list(value.values()) if isinstance(value, dict) else [float(value)]

    estimate = flat(whole.point_est) + flat(counties.point_est)
    return estimate_answers(
        np.array(estimate), np.array(flat(whole.stderror) + flat(counties.stderror))
    )


if __name__ == "__main__":
    run({"linearised": linearised, "replicates": replicates, "raking": raking})
