"""Whether a person's answers are as the model lets expect at that ability: lz*.

Guessing through, answering carelessly or copying makes easy items wrong and hard ones right: the
answers are then less likely than those of others at the same ability, and lz* is far below zero.
"""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.fit.complete import checked_categories

WHERE = "person fit"
_BLOCK = 1 << 12  # people whose curves are held at a time


def person_fit(model: ItemModel, responses: CodeArray, ability: FloatArray) -> FloatArray:
    """(n,) lz*: standardised log-likelihood of the answers, corrected for estimated ability.

    With l_jk = log P_jk and s_jk its slope, and c the sum of P l s over the sum of P s^2: lz* is
    the sum over answered items of l - c s at the answer minus its expectation, over its standard
    deviation. Taking off c s removes what estimating ability from the same answers adds; it
    equals Snijders' correction wherever the estimate solves an equation in the score function
    (ML, MAP, WLE). About normal under the model from some 20 items on; below -1.64 is unlikely.

    Args:
        model: J items.
        responses: (n, J) categories from 0; -1 not asked.
        ability: (n,) estimates from the same answers.

    Returns:
        (n,), NaN without an answer or an ability.

    Raises:
        ContractError: shapes that disagree, or a category that an item lacks.

    Source: Snijders (2001), Psychometrika 66, 331-342; Sinharay (2016), Psychometrika 81,
    992-1013, for several categories; van Krimpen-Stoop & Meijer (1999), Applied Psychological
    Measurement 23, 327-345.
    """
    checked_categories(responses, model.categories, where=WHERE)
    if ability.shape != responses.shape[:1]:
        raise ContractError(
            WHERE, f"ability: expected {len(responses)}, one per person, got {ability.shape}"
        )
    found = np.empty(len(responses))
    for start in range(0, len(responses), _BLOCK):
        block = slice(start, start + _BLOCK)
        found[block] = _standardised(model, responses[block], ability[block])
    return found


def _standardised(model: ItemModel, responses: CodeArray, ability: FloatArray) -> FloatArray:
    curves = model.curves(ability)
    p = curves.probability
    with np.errstate(divide="ignore", invalid="ignore"):
        exists = p > 0
        log_p = np.where(exists, np.log(p), 0.0)
        score = np.where(exists, curves.slope / p, 0.0)
    asked = (responses.T >= 0)[:, None, :]
    p = np.where(asked, p, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        carried = (p * log_p * score).sum(axis=(0, 1)) / (p * score**2).sum(axis=(0, 1))
        free = log_p - carried * score
        mean = (p * free).sum(axis=1)
        variance = ((p * free**2).sum(axis=1) - mean**2).sum(axis=0)
        answer = np.maximum(responses.T, 0)[:, None, :]
        given = np.take_along_axis(free, answer, axis=1)[:, 0]
        return np.asarray(np.where(asked[:, 0], given - mean, 0.0).sum(axis=0) / np.sqrt(variance))
