"""What the publication rule withholds is gone before anything is drawn or written."""

import pandas as pd
import pytest

from pipeline.present.results import latest_change, of_domain
from tests.present.monitors import context
from tests.present.tables import changes, estimates, gaps, results, verdicts

FIGURES = ["estimate", "se", "ci_low", "ci_high", "n_eff", "deff", "cv"]


def flagged(frame: pd.DataFrame, flag: str, **where: str) -> pd.DataFrame:
    """`frame` with `flag` on the rows that `where` picks."""
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    return frame.assign(flag=frame["flag"].mask(chosen, flag))


def test_withheld_estimates_lose_every_figure_that_leads_back_to_them():
    held = results().estimates.query("flag == 'withhold'")
    assert len(held)
    assert held[FIGURES].isna().all(axis=None)
    assert held["n"].notna().all()


def test_a_total_is_withheld_with_its_share():
    frame = flagged(estimates(), "withhold", category="510421", measure="share", wave="2025")
    released = results(estimates=frame).estimates
    rows = released.query("category == '510421' and wave == '2025'")
    assert set(rows["measure"]) == {"share", "total"}
    assert rows["estimate"].isna().all()


def test_withheld_gaps_and_changes_lose_their_figures():
    released = results(
        gaps=flagged(gaps(), "withhold", wave="2020"),
        changes=flagged(changes(), "withhold", wave_from="2020"),
    )
    assert released.gaps.query("wave == '2020'")[["estimate", "se"]].isna().all(axis=None)
    assert (
        released.changes.query("wave_from == '2020'")[["change", "p_value"]].isna().all(axis=None)
    )


def test_a_verdict_goes_with_the_estimate_it_judges():
    frame = flagged(estimates(), "withhold", domain="all", wave="2025", indicator="is_literate")
    assert len(verdicts())
    assert results(estimates=frame).verdicts.empty


def test_categories_stand_in_the_instruments_order():
    shuffled = estimates().sample(frac=1, random_state=1)
    rows = of_domain(results(estimates=shuffled).estimates, context(), "2025", "education")
    first = rows.drop_duplicates("category")["category"].tolist()
    assert first[0] == "primary_or_below"
    assert first[-1] == "bachelor_or_above"


@pytest.mark.parametrize("waves", [(("2025", 2025),), (("2022", 2022), ("2025", 2025))])
def test_a_change_that_was_not_tested_is_not_made_up(waves):
    assert latest_change(results(), context(waves=waves)) is None
