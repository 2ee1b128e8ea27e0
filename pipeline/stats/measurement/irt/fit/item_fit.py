"""Fit of single items: observed against expected answers at each total score, S-X2."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.fit.cells import merged
from pipeline.stats.measurement.irt.fit.complete import CompleteAnswers
from pipeline.stats.measurement.irt.observed_scores import observed_scores, without_each
from pipeline.stats.measurement.irt.quadrature import GRID

WHERE = "item fit"
LEAST_EXPECTED = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemFit:
    """S-X2 of J items.

    Attributes:
        statistic: (J,).
        df: (J,) cells left after merging, less score groups and parameters; 0 or below: too few
            people to judge.
        p: (J,) probability of a larger one if the model holds; NaN where df is not above 0.
        rmsea: (J,) misfit per degree of freedom, which does not grow with the people.
        n: people, or the effective number of them.
    """

    statistic: FloatArray
    df: CodeArray
    p: FloatArray
    rmsea: FloatArray
    n: float


def item_fit(
    model: ItemModel,
    responses: CodeArray,
    *,
    population: FloatArray,
    parameters: CodeArray,
    nodes: FloatArray = GRID,
    weights: FloatArray | None = None,
) -> ItemFit:
    """S-X2: sum over scores and categories of (O - E)^2 / E, for each item.

    Expected share of category k of item j at score s: integral of P_jk f_(without j)(s - k) over
    integral of f(s). Cells are merged until one person is expected in each. People not asked every
    item are left out. Many people find every model wrong: judge by rmsea as well.

    Args:
        model: J items.
        responses: (n, J) categories from 0; -1 not asked.
        population: (Q,) share of the population at each node.
        parameters: (J,) estimated from these answers.
        nodes: (Q,) abilities.
        weights: (n,) survey weights, scaled to Kish's effective n; None: one each.

    Raises:
        ContractError: shapes that disagree, a category that an item lacks, wrong weights, fewer
            than two items, or nobody asked every item.

    Source: Orlando & Thissen (2000), Applied Psychological Measurement 24, 50-64; Kang & Chen
    (2008), Journal of Educational Measurement 45, 391-406, for several categories. Oracle: mirt
    1.45 itemfit("S_X2").
    """
    count = len(model.categories)
    if count < 2 or population.shape != nodes.shape or np.shape(parameters) != (count,):
        raise ContractError(
            WHERE,
            "expected two items or more, a share per node and a number of parameters per item, "
            f"got {count} items, {population.shape} shares, {np.shape(parameters)} numbers",
        )
    people = CompleteAnswers.of(responses, model.categories, weights, where=WHERE)
    observed = _observed(people, model.categories)
    expected = _expected(model, population / population.sum(), nodes)
    found = [_judged(o, e) for o, e in zip(observed, expected, strict=True)]
    statistic = np.array([value for value, _ in found])
    df = np.array([cells for _, cells in found]) - np.asarray(parameters)
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.maximum(statistic - df, 0) / (df * max(people.size - 1, 1.0))
        is_judged = df > 0
        return ItemFit(
            statistic=statistic,
            df=df,
            p=np.where(is_judged, stats.chi2.sf(statistic, np.maximum(df, 1)), np.nan),
            rmsea=np.where(is_judged, np.sqrt(np.where(is_judged, excess, 0.0)), np.nan),
            n=people.size,
        )


def item_parameters(calibrated: Calibrated) -> CodeArray:
    """(J,) parameters of each item that a calibration estimated."""
    items = np.array([parameter.of for parameter in calibrated.form.parameters], dtype=np.int64)
    return np.bincount(items, minlength=len(calibrated.model.categories))


def _observed(people: CompleteAnswers, categories: CodeArray) -> list[FloatArray]:
    """Per item, (S, K) people by total score and category."""
    total = people.responses.sum(axis=1)
    scores = int((categories - 1).sum()) + 1
    tables = []
    for item, size in enumerate(categories):
        cell = total * size + people.responses[:, item]
        counts = np.bincount(cell, weights=people.weights, minlength=scores * size)
        tables.append(np.asarray(counts.reshape(scores, size), dtype=np.float64))
    return tables


def _expected(model: ItemModel, population: FloatArray, nodes: FloatArray) -> list[FloatArray]:
    """Per item, (S, K) expected share of each category among the people of a total score."""
    probability = model.probabilities(nodes)
    whole = observed_scores(probability).marginal(population)
    tables = []
    for item, rest in enumerate(without_each(probability)):
        size = int(model.categories[item])
        table = np.zeros((len(whole), size))
        for category in range(size):
            at = slice(category, category + len(rest.scores))
            table[at, category] = rest.probability @ (population * probability[item, category])
        tables.append(table / whole[:, None])
    return tables


def _judged(observed: FloatArray, expected: FloatArray) -> tuple[float, int]:
    """Statistic, and cells less score groups; the lowest and highest score say nothing."""
    inside = slice(1, -1)
    counts = observed[inside]
    found, wanted = merged(
        counts, expected[inside] * counts.sum(axis=1, keepdims=True), least=LEAST_EXPECTED
    )
    is_cell = ~np.isnan(wanted)
    value = ((found - wanted)[is_cell] ** 2 / wanted[is_cell]).sum()
    return float(value), int(is_cell.sum()) - len(wanted)
