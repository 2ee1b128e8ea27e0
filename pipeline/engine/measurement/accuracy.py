"""Tables of the decision at the cut: how often it is right and would be repeated."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.reliability import varying_moments
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.reliability import alpha, stratified_alpha
from pipeline.stats.measurement.classification import lee, rudner
from pipeline.stats.measurement.classification.agreement import Classification
from pipeline.stats.measurement.classification.lee import accuracy_by_score
from pipeline.stats.measurement.classification.livingston_lewis import livingston_lewis
from pipeline.tables import ACCURACY, ACCURACY_BY_SCORE, CURVES, READINGS

_DECIMALS = 9  # of scores, as the stage score rounds them
_ALIKE = 6  # decimals in which totals agree, whether rounded by item, by dimension or at the end


def accuracy_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Classification by three methods: two from the item model, one from scores alone.

    Scores too unreliable for the last one have no row of it.
    """
    rows = [
        [
            wave.name, label, method, found.accuracy, found.consistency, found.kappa,
            found.false_positive, found.false_negative, 1 - found.lost_on_retest[0],
        ]
        for label, form in forms.items()
        for method, found in _classified(wave, label, form).items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(ACCURACY.columns))


def _classified(wave: MeasuredWave, label: str, form: Form) -> dict[str, Classification]:
    cuts, inclusive = np.array([form.cut]), form.rule.inclusive
    by_total = lee.level_chances(form.observed, form.expected, cuts, inclusive=inclusive)
    information = form.model.information(form.nodes.ability).sum(axis=0)
    by_ability = rudner.level_chances(
        form.nodes.ability, 1 / np.sqrt(information), np.array([form.latent_cut])
    )
    found = {"lee": by_total.over(form.population), "rudner": by_ability.over(form.population)}
    by_scores = _by_scores_alone(wave, label, form)
    return found if by_scores is None else found | {"livingston_lewis": by_scores}


def _by_scores_alone(wave: MeasuredWave, label: str, form: Form) -> Classification | None:
    scores = wave.scores(label)
    is_scored = ~np.isnan(scores)
    moments, code, names = varying_moments(wave, label)
    covariance = moments.covariance
    try:
        reliability = (
            stratified_alpha(covariance, code)
            if len(names) > 1 and np.bincount(code).min() > 1
            else alpha(covariance)
        )
        return livingston_lewis(
            scores[is_scored],
            np.array([form.cut]),
            reliability=reliability,
            least=0.0,
            most=float(wave.counting(label)[1].sum()),
            weights=wave.weight[is_scored],
            inclusive=form.rule.inclusive,
        ).classification
    except ContractError:
        return None


def by_score_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """What each score says about the true score, and how many people have it."""
    parts = [_by_score(wave, label, form) for label, form in forms.items()]
    return pd.concat(parts)[list(ACCURACY_BY_SCORE.columns)]


def _by_score(wave: MeasuredWave, label: str, form: Form) -> pd.DataFrame:
    cuts, inclusive = np.array([form.cut]), form.rule.inclusive
    found = accuracy_by_score(
        form.observed, form.expected, form.population, cuts, inclusive=inclusive
    )
    passes = form.observed.share_passing(form.cut, inclusive=inclusive)
    joint = form.observed.probability * form.population
    with np.errstate(invalid="ignore"):
        again = joint @ passes / joint.sum(axis=1)
    scores = wave.scores(label)
    people = pd.Series(wave.weight).groupby(np.round(scores, _ALIKE)).sum()
    frame = pd.DataFrame(
        {
            "wave": wave.name,
            "standard": label,
            "score": np.round(found.scores, _DECIMALS),
            "prob_true": np.clip(found.true_level[1], 0, 1),
            "prob_again": np.clip(again, 0, 1),
        }
    ).dropna()
    shares = people / people.sum()
    return frame.assign(score_share=frame["score"].round(_ALIKE).map(shares).fillna(0.0))


def reading_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Shares at the cut or above, above it, and exactly on it."""
    rows = []
    for label, form in forms.items():
        scores = wave.scores(label)
        weight = np.where(np.isnan(scores), 0.0, wave.weight)
        readings = (scores >= form.cut, scores > form.cut, scores == form.cut)
        shares = [float(weight @ reading / weight.sum()) for reading in readings]
        rows.append([wave.name, label, *shares])
    return pd.DataFrame(rows, columns=list(READINGS.columns))


def curve_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Expected score, information and density of the people along the ability scale."""
    parts = [_curve(wave.name, label, form) for label, form in forms.items()]
    return pd.concat(parts)[list(CURVES.columns)]


def _curve(wave: str, label: str, form: Form) -> pd.DataFrame:
    z = np.linspace(-4, 4, 81)
    ability = form.mean + form.sd * z
    return pd.DataFrame(
        {
            "wave": wave,
            "standard": label,
            "ability": ability,
            "expected_score": form.model.expected(ability, form.points).sum(axis=0),
            "information": form.model.information(ability).sum(axis=0),
            "density": np.exp(-0.5 * z**2) / (form.sd * np.sqrt(2 * np.pi)),
        }
    )
