import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse

from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.replication.domain_sums import DomainSums
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.product_weights import ProductWeights
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

EVERYBODY = np.ones(6, dtype=bool)


def replicates_of(design):
    return Replicates.of(design, jkn(design.units))


def overlapping() -> Domains:
    """All; rows 0-3; rows 2-5; nobody."""
    row = np.arange(6)
    columns = [row >= 0, row < 4, row >= 2, row < 0]
    labels = tuple(("d", str(j)) for j in range(4))
    return Domains(labels, sparse.csr_array(np.column_stack(columns).astype(float)))


def test_sums_of_domains_that_overlap_worked_by_hand():
    sums = DomainSums.of(replicates_of(six_people()), overlapping(), EVERYBODY)
    found = sums.in_replicates(sums.rows.totals())
    assert found[0].tolist() == [8, 5, 6, 0]
    assert found[1].tolist() == [8, 5, 8, 0]
    assert sums.in_full_sample(sums.rows.totals()).tolist() == [8, 5, 6, 0]
    assert sums.n().tolist() == [6, 4, 4, 0]


def test_rows_without_a_value_are_in_no_domain():
    present = EVERYBODY.copy()
    present[2] = False
    sums = DomainSums.of(replicates_of(six_people()), overlapping(), present)
    assert sums.in_full_sample(sums.rows.totals()).tolist() == [6, 3, 4, 0]
    assert sums.n().tolist() == [5, 3, 3, 0]


def test_units_hold_a_domain_through_rows_with_weight():
    design = six_people(weight=[1, 1, 0, 1, 1, 2])
    made = Replicates.of(design, jkn(design.units, lonely_psu="remove"))
    sums = DomainSums.of(made, overlapping(), EVERYBODY)
    assert sums.holds().astype(int).tolist() == [[1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 1, 0]]


def test_units_are_known_although_weights_are_held_row_by_row():
    made = replicates_of(six_people())
    rows = made.readjusted(
        ProductWeights.of_rows(np.column_stack([made.weights.column(r) for r in range(5)]))
    )
    plain, found = (DomainSums.of(each, overlapping(), EVERYBODY) for each in (made, rows))
    assert found.holds().tolist() == plain.holds().tolist()
    assert found.in_replicates(found.rows.totals()) == pytest.approx(
        plain.in_replicates(plain.rows.totals())
    )


@settings(**LAWS)
@given(surveys())
def test_domains_add_up_in_every_replicate(frame):
    made, y = replicates_of(design_of(frame)), frame["y"].to_numpy()
    parts = Domains.from_categories("age", frame["age"])
    sums = DomainSums.of(made, Domains.join([Domains.whole(len(y)), parts]), np.isfinite(y))
    found = sums.in_replicates(sums.rows.totals(y))
    assert found[:, 1:].sum(axis=1) == pytest.approx(found[:, 0])
    assert found[:, 0] == pytest.approx(
        [made.weights.column(r) @ y for r in range(1 + made.n_replicates)]
    )
