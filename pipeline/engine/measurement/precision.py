"""Tables of precision: reliability, model fit, dimensions, accuracy at the cut."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.scale import WaveScale
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.fields import WHOLE
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.alpha_error import feldt_interval
from pipeline.stats.measurement.classical.eigenvalues import parallel_analysis
from pipeline.stats.measurement.classical.moments import ItemMoments, item_moments
from pipeline.stats.measurement.classical.one_factor import one_factor
from pipeline.stats.measurement.classical.reliability import (
    alpha,
    lambda2,
    lambda6,
    standard_error_of_measurement,
    stratified_alpha,
)
from pipeline.stats.measurement.classical.second_order import second_order
from pipeline.stats.measurement.classification import lee, rudner
from pipeline.stats.measurement.classification.agreement import Classification
from pipeline.stats.measurement.classification.lee import accuracy_by_score
from pipeline.stats.measurement.classification.livingston_lewis import livingston_lewis
from pipeline.stats.measurement.irt.ability.nodes import EVEN_NODES
from pipeline.stats.measurement.irt.ability.precision import marginal_reliability
from pipeline.stats.measurement.irt.fit.item_fit import item_fit, item_parameters
from pipeline.stats.measurement.irt.fit.limited_information import limited_information
from pipeline.stats.measurement.irt.fit.local_dependence import local_dependence
from pipeline.stats.streams import stream
from pipeline.tables import (
    ACCURACY,
    ACCURACY_BY_SCORE,
    CURVES,
    EIGENVALUES,
    FIT,
    READINGS,
    RELIABILITY,
)

_DRAWS, _CHANCE = 200, 0.95  # of the parallel analysis: Horn (1965), Glorfeld (1995)


def reliability_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Coefficients of every standard's total and of its dimensions."""
    rows = [
        [wave.name, label, *row]
        for label, form in forms.items()
        for row in _coefficients(wave, label, form)
    ]
    return pd.DataFrame(rows, columns=list(RELIABILITY.columns))


def _coefficients(wave: MeasuredWave, label: str, form: Form) -> Iterator[list[object]]:
    level = wave.plan.estimates.confidence
    moments, dimension = _moments(wave, label)
    names = list(dict.fromkeys(dimension))
    code = np.array([names.index(name) for name in dimension])
    parts = (
        {WHOLE: moments}
        if len(names) == 1
        else {WHOLE: moments}
        | {name: moments.take(np.flatnonzero(code == number)) for number, name in enumerate(names)}
    )
    for part, own in parts.items():
        found = alpha(own.covariance)
        bounds = feldt_interval(found, n=own.n_eff, items=len(own.mean), level=level)
        yield [part, "alpha", found, float(bounds.low), float(bounds.high)]
        yield [part, "sem", standard_error_of_measurement(own.total_variance, found), *_NONE]
        if len(own.mean) >= 3:
            yield [part, "omega", one_factor(own).omega, *_NONE]
    yield [WHOLE, "lambda2", lambda2(moments.covariance), *_NONE]
    yield [WHOLE, "lambda6", lambda6(moments.covariance), *_NONE]
    if len(names) > 1:
        yield [WHOLE, "stratified_alpha", stratified_alpha(moments.covariance, code), *_NONE]
    if len(names) > 2:
        yield [WHOLE, "omega_hierarchical", second_order(moments, code).omega_hierarchical, *_NONE]
    yield [WHOLE, "marginal", marginal_reliability(form.model, mean=form.mean, sd=form.sd), *_NONE]
    yield [WHOLE, "sem_at_cut", _error_at_cut(form), *_NONE]


_NONE = (np.nan, np.nan)


def _error_at_cut(form: Form) -> float:
    """Standard deviation of the total of people whose true score is the cut."""
    at = form.model.probabilities(np.array([form.latent_cut]))[:, :, 0]
    points = np.nan_to_num(form.points)
    mean = (at * points).sum(axis=1)
    return float(np.sqrt(((at * points**2).sum(axis=1) - mean**2).sum()))


def _moments(wave: MeasuredWave, label: str) -> tuple[ItemMoments, list[str]]:
    """Moments of the items in points, those without variance left out, and their dimensions."""
    standard = next(each for each in wave.standards if each.label == label)
    worth, (places, points) = wave.worth(standard), wave.counting(label)
    credit = wave.credit[:, places]
    varies = np.nanstd(credit, axis=0) > 0
    full = np.nanmax(points, axis=1)[varies]
    names = [wave.items[j] for j in places[varies]]
    moments = item_moments(credit[:, varies] * full, weights=wave.weight, items=names)
    return moments, [worth[name].dimension for name in names]


def fit_table(wave: MeasuredWave, scale: WaveScale) -> tuple[pd.DataFrame, FloatArray]:
    """Fit of the wave calibrated alone, and (J,) p-values of its items."""
    own = scale.own
    found, responses, weights = own.calibrated, own.responses, wave.weight
    people = found.population
    items = item_fit(
        found.model,
        responses,
        population=EVEN_NODES.population(float(people.means[0]), float(people.sds[0])),
        parameters=item_parameters(found),
        weights=weights,
    )
    m2 = limited_information(found, responses, weights=weights)
    q3 = local_dependence(found.model, responses, found.eap[: wave.n], weights=weights)
    values = {
        "m2": m2.m2,
        "m2_df": m2.df,
        "rmsea": m2.rmsea,
        "srmsr": m2.srmsr,
        "q3_mean": q3.mean,
        "q3_largest": q3.pairs.max(),
        "log_likelihood": found.log_likelihood,
    }
    rows = [(wave.name, name, float(value)) for name, value in values.items()]
    return pd.DataFrame(rows, columns=list(FIT.columns)), items.p


def eigenvalue_table(wave: MeasuredWave) -> pd.DataFrame:
    """Eigenvalues of the correlations of the headline's items beside those by chance."""
    moments, _ = _moments(wave, wave.standards[0].label)
    found = parallel_analysis(
        moments, draws=_DRAWS, quantile=_CHANCE, generator=stream("eigenvalues", wave.name)
    )
    return pd.DataFrame(
        {
            "wave": wave.name,
            "factor": np.arange(1, len(found.eigenvalues) + 1),
            "eigenvalue": found.eigenvalues,
            "by_chance": found.chance,
        }
    )[list(EIGENVALUES.columns)]


def accuracy_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Classification by three methods: two from the item model, one from scores alone."""
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
    scores = wave.scores(label)
    is_scored = ~np.isnan(scores)
    moments, dimension = _moments(wave, label)
    code = np.unique(np.array(dimension), return_inverse=True)[1]
    reliability = (
        stratified_alpha(moments.covariance, code) if code.any() else alpha(moments.covariance)
    )
    found["livingston_lewis"] = livingston_lewis(
        scores[is_scored],
        np.array([form.rule.cut]),
        reliability=reliability,
        least=0.0,
        most=float(np.nanmax(wave.counting(label)[1], axis=1).sum()),
        weights=wave.weight[is_scored],
        inclusive=inclusive,
    ).classification
    return found


def by_score_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """What each score says about the true score, and how many people have it."""
    parts = [_by_score(wave, label, form) for label, form in forms.items()]
    return pd.concat(parts)[list(ACCURACY_BY_SCORE.columns)]


def _by_score(wave: MeasuredWave, label: str, form: Form) -> pd.DataFrame:
    cuts = np.array([form.cut])
    found = accuracy_by_score(
        form.observed, form.expected, form.population, cuts, inclusive=form.rule.inclusive
    )
    passes = form.observed.share_passing(form.cut, inclusive=form.rule.inclusive)
    joint = form.observed.probability * form.population
    with np.errstate(invalid="ignore"):
        again = joint @ passes / joint.sum(axis=1)
    scores = wave.scores(label)
    total = pd.Series(wave.weight).groupby(scores).sum() / wave.weight[~np.isnan(scores)].sum()
    frame = pd.DataFrame(
        {
            "wave": wave.name,
            "standard": label,
            "score": np.round(found.scores + form.constant, 9),
            "prob_true": found.true_level[1],
            "prob_again": again,
        }
    ).dropna()
    return frame.assign(score_share=frame["score"].map(total).fillna(0.0))


def reading_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Shares at the cut or above, above it, and exactly on it."""
    rows = []
    for label, form in forms.items():
        scores, cut = wave.scores(label), form.rule.cut
        weight = np.where(np.isnan(scores), 0.0, wave.weight)
        shares = [float(weight @ part / weight.sum()) for part in
                  (scores >= cut, scores > cut, scores == cut)]  # fmt: skip
        rows.append([wave.name, label, *shares])
    return pd.DataFrame(rows, columns=list(READINGS.columns))


def curve_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Expected score, information and density of the people along the ability scale."""
    parts = [_curve(wave.name, label, form) for label, form in forms.items()]
    return pd.concat(parts)[list(CURVES.columns)]


def _curve(wave: str, label: str, form: Form) -> pd.DataFrame:
    ability = form.mean + form.sd * np.linspace(-4, 4, 81)
    z = (ability - form.mean) / form.sd
    return pd.DataFrame(
        {
            "wave": wave,
            "standard": label,
            "ability": ability,
            "expected_score": form.model.expected(ability, form.points).sum(axis=0) + form.constant,
            "information": form.model.information(ability).sum(axis=0),
            "density": np.exp(-0.5 * z**2) / (form.sd * np.sqrt(2 * np.pi)),
        }
    )
