"""All that can be asked of a design, linearised or replicated."""

from pipeline.survey.comparison import Comparison
from pipeline.survey.dispersion import Dispersion
from pipeline.survey.estimation import Estimation
from pipeline.survey.hypotheses import Hypotheses
from pipeline.survey.plausible import Plausible
from pipeline.survey.publication import Publication
from pipeline.survey.quantiles import Quantilation
from pipeline.survey.regression import Modelling
from pipeline.survey.small_cells import SmallCells
from pipeline.survey.standardisation import Standardisation


class Everything(
    Estimation,
    Quantilation,
    Standardisation,
    Plausible,
    Comparison,
    Dispersion,
    Hypotheses,
    Modelling,
    Publication,
    SmallCells,
):
    """Estimates, comparisons, tests, models and rules for printing."""
