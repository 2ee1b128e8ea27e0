"""What a calibration finds, with all that its errors need."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.marginal_likelihood.answers import Answers
from pipeline.stats.measurement.irt.marginal_likelihood.expectation import (
    Expected,
    expect,
    posterior_of,
)
from pipeline.stats.measurement.irt.marginal_likelihood.form import (
    Block,
    Form,
    FreeForm,
    Parameter,
)
from pipeline.stats.measurement.irt.population import Population, PopulationForm


@dataclass(frozen=True, eq=False, kw_only=True)
class Calibrated:
    """Items and population under which the answers are most likely.

    Attributes:
        model: the items.
        population: the people.
        vector: (P,) estimates, items first.
        log_likelihood: sum of weight * log marginal likelihood, without priors.
        iterations: E-steps taken.
        gap: largest change of a parameter in one more round of EM.
        n_people: people with weight who answered something.
        form: the items' parametrisation.
        population_form: the population's.
        answers: what they were fitted to, packed.
        nodes: (Q,) of the quadrature.
    """

    model: ItemModel
    population: Population
    vector: FloatArray
    log_likelihood: float
    iterations: int
    gap: float
    n_people: int
    form: Form
    population_form: PopulationForm
    answers: Answers
    nodes: FloatArray

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the P places of `vector` mean."""
        return self.form.parameters + self.population_form.parameters

    @property
    def aic(self) -> float:
        """2 P - 2 log-likelihood.

        Compares models on the same people and weights; weights that do not average 1 make the
        penalty too light or too heavy.
        """
        return 2 * len(self.vector) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """P log(n) - 2 log-likelihood, n people; on weights see `aic`."""
        return float(len(self.vector) * np.log(self.n_people)) - 2 * self.log_likelihood

    @property
    def eap(self) -> FloatArray:
        """(n,) posterior mean ability of each person, by the population's prior for them."""
        return np.asarray(self.expected.mean[self.answers.row])

    @property
    def eap_sd(self) -> FloatArray:
        """(n,) posterior standard deviation of each person's ability."""
        variance = self.expected.square - self.expected.mean**2
        return np.asarray(np.sqrt(variance)[self.answers.row])

    @property
    def n_item_parameters(self) -> int:
        """Places of `vector` that belong to items."""
        return len(self.form.parameters)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Estimated items by family; none where items were known."""
        return self.form.blocks if isinstance(self.form, FreeForm) else ()

    def model_at(self, vector: FloatArray) -> ItemModel:
        """The items at another parameter vector, e.g. for slopes of what is made of them."""
        return self.form.model(vector[: self.n_item_parameters])

    @cached_property
    def log_probabilities(self) -> FloatArray:
        """(J, K, Q) at the nodes."""
        return self.form.log_probabilities(self.vector[: self.n_item_parameters], self.nodes)

    @cached_property
    def expected(self) -> Expected:
        """Expected counts and posterior moments at the estimates."""
        return expect(self.answers, self.log_probabilities, self.population, self.nodes)

    def posterior(self, people: slice, log_likelihood: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(b, Q) posteriors and (b,) log marginal likelihoods of some distinct people."""
        return posterior_of(self.answers, people, log_likelihood, self.population, self.nodes)
