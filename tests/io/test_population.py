import hashlib
import shutil

import numpy as np
import pandas as pd
import pytest

from pipeline.config.workspace import Workspace
from pipeline.errors import ConfigError, MarginMismatchError
from pipeline.io.population import build_margins, margins_of, population_cells, read_margins

OURS = {"primary_or_less": "primary_or_below", "bachelor_plus": "bachelor_or_above"}


@pytest.fixture
def vintage(project, tmp_path):
    """A copy of the shipped census."""
    folder = tmp_path / "census2020"
    shutil.copytree(project / "data" / "raw" / "population" / "census2020", folder)
    return folder


@pytest.fixture(scope="module")
def reference(shared):
    """Counts derived elsewhere from the same census, by variable and category."""
    table = pd.read_csv(shared / "reference" / "panzhihua_census2020.csv", dtype={"code": str})
    return table[(table["year"] == 2020) & table["code"].str.fullmatch(r"5104\d\d")]


def _published(reference, variable):
    rows = reference[(reference["variable"] == variable) & (reference["code"] != "510400")]
    axes = rows["category"].str.split("|", expand=True).replace(OURS)
    keys = [rows["code"], *(axes[axis] for axis in axes)]
    return pd.Series(rows["count"].to_numpy(), index=pd.MultiIndex.from_arrays(keys))


def _rewrite(folder, change):
    path = folder / "census.csv"
    census = pd.read_csv(path, dtype=str)
    change(census).to_csv(path, index=False)


def test_rebuilt_margins_are_the_committed_ones(vintage):
    committed = (vintage / "margins.csv").read_bytes()
    (vintage / "margins.csv").unlink()
    assert build_margins(vintage) == "population census2020: 3 margins of 865,481 people"
    assert (vintage / "margins.csv").read_bytes() == committed


def test_building_leaves_the_rest_of_the_source_record_alone(vintage):
    before = (vintage / "source.toml").read_bytes()
    build_margins(vintage)
    assert (vintage / "source.toml").read_bytes() == before


def test_margins_have_one_total_and_only_their_own_axes(vintage):
    margins = read_margins(vintage)
    assert {name: list(frame.columns) for name, frame in margins.items()} == {
        "county_sex_age": ["county", "sex", "age_group", "count"],
        "county_urban": ["county", "urban_rural", "count"],
        "education": ["education", "count"],
    }
    totals = np.array([frame["count"].sum() for frame in margins.values()])
    assert totals == pytest.approx(totals[0], rel=1e-9)


def test_categories_are_those_of_the_questionnaire(project, vintage):
    instrument = Workspace(project).instrument("2025")
    for frame in read_margins(vintage).values():
        for axis in frame.columns.drop("count"):
            values = {c.value for c in instrument.categories(instrument.domain_by_id[axis])}
            assert set(frame[axis]) == values


def test_sex_and_age_agree_with_the_reference(vintage, reference):
    margin = read_margins(vintage)["county_sex_age"]
    built = margin.set_index(["county", "sex", "age_group"])["count"]
    expected = _published(reference, "pop_18_69_sex_age")
    assert built.reindex(expected.index).to_numpy() == pytest.approx(expected.to_numpy(), abs=0.051)


def test_education_agrees_with_the_reference(vintage, reference):
    cells = population_cells(vintage).set_index(["county", "sex", "age_group", "education"])
    expected = _published(reference, "pop_18_69_sex_age_edu_ipf")
    built = cells["count"].reindex(expected.index)
    assert built.to_numpy() == pytest.approx(expected.to_numpy(), abs=0.051)
    city = reference[
        (reference["variable"] == "pop_18_69_edu_ipf") & (reference["code"] == "510400")
    ]
    margin = read_margins(vintage)["education"].set_index("education")["count"]
    expected = city.set_index(city["category"].replace(OURS))["count"]
    assert margin[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=0.051)


def test_the_urban_share_of_a_county_is_that_of_all_ages():
    cells = pd.DataFrame(
        {"county": ["a", "b"], "sex": "male", "age_group": "x", "education": "y", "count": [30, 50]}
    )
    urban = {("a", "urban"): 80.0, ("a", "rural"): 20.0, ("b", "urban"): 10.0, ("b", "rural"): 30.0}
    margin = margins_of(cells, urban)["county_urban"].set_index(["county", "urban_rural"])["count"]
    assert margin.to_dict() == pytest.approx(
        {("a", "urban"): 24, ("a", "rural"): 6, ("b", "urban"): 12.5, ("b", "rural"): 37.5}
    )


def test_margins_without_a_source_record_are_refused(vintage):
    (vintage / "source.toml").unlink()
    with pytest.raises(ConfigError, match=r"source\.toml: the file is missing"):
        read_margins(vintage)


def test_margins_changed_by_hand_are_refused(vintage):
    path = vintage / "margins.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("24565.", "24566."), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"as source\.toml records") as refused:
        read_margins(vintage)
    assert "pipeline population build census2020" in str(refused.value)


def test_absent_margins_name_the_command_that_builds_them(vintage):
    (vintage / "margins.csv").unlink()
    with pytest.raises(ConfigError, match="pipeline population build census2020"):
        read_margins(vintage)


def test_margins_of_different_populations_are_refused(vintage):
    path, source = vintage / "margins.csv", vintage / "source.toml"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    text = path.read_text(encoding="utf-8").replace("or_below,2161", "or_below,2261")
    path.write_text(text, encoding="utf-8")
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    source.write_text(source.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(MarginMismatchError, match=r"margin education to 875480\.7"):
        read_margins(vintage)


def test_an_education_the_record_does_not_map_is_refused(vintage):
    _rewrite(vintage, lambda census: census.replace("male|junior_college", "male|polytechnic"))
    with pytest.raises(ConfigError, match="education lacks the category polytechnic"):
        build_margins(vintage)


def test_a_changed_census_gives_other_margins_with_a_new_checksum(vintage):
    before = read_margins(vintage)["education"]["count"].sum()
    _rewrite(vintage, lambda census: census.assign(count=census["count"].astype(int) * 2))
    build_margins(vintage)
    assert read_margins(vintage)["education"]["count"].sum() == pytest.approx(2 * before)
