import numpy as np
import pytest

from pipeline.engine.measurement.tables import TABLES, measure
from pipeline.errors import ConfigError, ContractError
from pipeline.io import parquet
from pipeline.tables import ITEM_MODES, check
from tests.engine.measurement.town import QUIZ, permuted, quiz, tables_of, town_wave


def written(tables, folder) -> dict[str, bytes]:
    folder.mkdir()
    for table in TABLES:
        parquet.write(table, tables[table.name], folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_table_keeps_its_contract(tables):
    assert set(tables) == {table.name for table in TABLES}
    for table in TABLES:
        held = len(check(table, tables[table.name]))
        assert held or table is ITEM_MODES  # nobody noted how these interviews were held


def test_two_runs_write_the_same_bytes(tmp_path):
    one, two = (
        written(tables_of(town_wave("w1"), town_wave("w2", seed=5)), tmp_path / name)
        for name in ("one", "two")
    )
    assert one == two


def test_the_order_of_the_rows_changes_nothing(first, second, tables):
    mixed = [
        permuted(wave, np.random.default_rng(6).permutation(wave.n)) for wave in (first, second)
    ]
    found = tables_of(*mixed)
    for table in TABLES:
        keys = list(table.key)
        one, two = (t[table.name].sort_values(keys, ignore_index=True) for t in (tables, found))
        for column in table.columns:
            if one[column].dtype.kind == "f":
                two_values = two[column].to_numpy()
                assert two_values == pytest.approx(
                    one[column].to_numpy(), rel=1e-5, abs=1e-6, nan_ok=True
                ), (table.name, column)
            else:
                assert one[column].fillna("").tolist() == two[column].fillna("").tolist()


def test_no_wave_gives_empty_tables(tmp_path):
    found = measure([], {})
    assert all(found[table.name].empty for table in TABLES)
    assert len(written(found, tmp_path / "none")) == len(TABLES)


def test_a_single_wave_has_everything_but_links_and_changes():
    found = tables_of(town_wave())
    empty = {name for name, frame in found.items() if frame.empty}
    assert empty == {"links", "anchors", "corrected_changes", "item_modes"}


def test_plans_with_different_models_are_refused(first):
    other = town_wave("w2", measurement={"model": "rasch"})
    with pytest.raises(ConfigError, match='"2pl" in plan town, "rasch" in plan town'):
        tables_of(first, other)


def test_a_cut_that_no_ability_reaches_is_refused_with_wave_and_standard():
    wave = town_wave(standards=[quiz(cut=100)])
    with pytest.raises(ContractError, match="expected a cut among the expected totals") as caught:
        tables_of(wave)
    assert caught.value.where == f"wave w1, standard {QUIZ}, cut"


def test_too_few_items_are_refused_with_the_wave():
    with pytest.raises(ContractError, match="wave w1, calibration: expected 3 items or more"):
        tables_of(town_wave(items=("i01", "i02")))


@pytest.mark.parametrize("code", [1, 2])
def test_an_item_answered_alike_stops_nothing(code):
    found = tables_of(town_wave(spoil=lambda answers: answers.__setitem__("i03", code)))
    for table in TABLES:
        check(table, found[table.name])
    row = found["item_statistics"].set_index("item").loc["i03"]
    assert row["difficulty"] == (code == 1)
    assert row[["slope", "location", "information_at_cut", "fit_p"]].isna().all()


def test_partial_credit_goes_through_all_tables():
    waves = [town_wave(name, graded=["i02", "i03"], seed=k) for k, name in enumerate(("w1", "w2"))]
    found = tables_of(*waves)
    for table in TABLES:
        check(table, found[table.name])
    assert found["links"]["is_linked"].all()
    assert found["accuracy_by_score"].groupby("wave")["score_share"].sum().tolist() == (
        pytest.approx([1, 1])
    )
