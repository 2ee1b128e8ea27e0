"""Weighting of those who answered for those who did not: eligibility, classes, propensity."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.replication.cell_steps import CellStep, Redistribution
from pipeline.stats.survey.weighting.cells import Labels, coded
from pipeline.stats.survey.weighting.eligibility import EligibilityAdjusted, adjust_eligibility
from pipeline.stats.survey.weighting.nonresponse import NonresponseAdjusted, adjust_nonresponse
from pipeline.stats.survey.weighting.propensity import PropensityAdjusted, adjust_by_propensity
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition, is_numeric, listed, require
from pipeline.survey.steps import Key, Step, crossed, texts


class Response(Analysis):
    """Steps over everybody drawn. Rows that drop out keep their place with weight 0."""

    def adjust_eligibility(
        self,
        *,
        eligible: Condition,
        ineligible: Condition,
        by: Key,
        eligible_share: float | Mapping[str, float] | None = None,
    ) -> Self:
        """Hand the weight of cases never resolved to the resolved ones of their class.

        Args:
            eligible: cases known to be eligible, whether they answered or not.
            ineligible: cases known not to be; all others are unresolved.
            by: a column of classes, or several that are crossed.
            eligible_share: e from outside, one or by class; default: that of the class.

        Raises:
            EmptyStratumError: a class has unresolved cases and nobody to take their weight.
        """
        classes = texts(crossed(self.frame, by))
        belongs, strange = self._rows(eligible), self._rows(ineligible)
        known = belongs | strange

        def take(weight: FloatArray) -> EligibilityAdjusted:
            return adjust_eligibility(
                weight,
                eligible=belongs,
                ineligible=strange,
                classes=classes,
                eligible_share=eligible_share,
            )

        def cells(_: EligibilityAdjusted) -> CellStep:
            return _redistribution(classes, gives=~known, takes=known)

        on_cells = cells if eligible_share is None else None
        return self._taken(Step("adjust_eligibility", take, on_cells, asked={"by": by}))

    def adjust_nonresponse(
        self, *, responded: Condition, by: Key, eligible: Condition = None
    ) -> Self:
        """Multiply respondents' weights by eligible over responding weight of their class.

        Args:
            responded: who gave an interview.
            by: a column of classes, or several that are crossed.
            eligible: who belongs to the population; others leave. Default: everybody.

        Raises:
            EmptyStratumError: a class has nobody who responded.

        Oracle: R svrep 0.9.0 redistribute_weights.
        """
        classes, answered = texts(crossed(self.frame, by)), self._rows(responded)
        belongs = None if eligible is None else self._rows(eligible)

        def take(weight: FloatArray) -> NonresponseAdjusted:
            return adjust_nonresponse(weight, responded=answered, classes=classes, eligible=belongs)

        def cells(_: NonresponseAdjusted) -> CellStep:
            return _redistribution(classes, gives=~answered, takes=answered)

        on_cells = cells if belongs is None else None
        return self._taken(Step("adjust_nonresponse", take, on_cells, asked={"by": by}))

    def adjust_propensity(
        self,
        *,
        responded: Condition,
        covariates: Iterable[str],
        eligible: Condition = None,
        is_weighted: bool = True,
        n_classes: int | None = None,
    ) -> Self:
        """Weight respondents by the inverse of their modelled probability to answer.

        Args:
            responded: who gave an interview.
            covariates: columns of amounts or categories, known for everybody drawn.
            eligible: who belongs to the population; others leave. Default: everybody.
            is_weighted: fit the logistic model with the weights.
            n_classes: adjust within this many classes of the probability (5: quintiles), which
                is safer where the model fits badly, instead of by the probability itself.

        Raises:
            DesignError: a covariate tells exactly who answers.
        """
        names = listed(covariates)
        require(self.frame, names)
        columns: dict[str, Any] = {
            name: self.frame[name] if is_numeric(self.frame[name]) else texts(self.frame[name])
            for name in names
        }
        answered = self._rows(responded)
        belongs = None if eligible is None else self._rows(eligible)

        def take(weight: FloatArray) -> PropensityAdjusted:
            return adjust_by_propensity(
                weight,
                responded=answered,
                covariates=columns,
                eligible=belongs,
                is_weighted=is_weighted,
                n_classes=n_classes,
            )

        asked = {"covariates": names, "n_classes": n_classes}
        return self._taken(Step("adjust_propensity", take, asked=asked))


def _redistribution(classes: Labels, *, gives: BoolArray, takes: BoolArray) -> CellStep:
    column = coded(classes)
    return Redistribution(
        classes=np.asarray(column.codes, dtype=np.int64),
        gives=gives,
        takes=takes,
        names=column.names,
    )
