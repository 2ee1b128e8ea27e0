import filecmp
import tomllib

import pandas as pd
import pyreadstat
import pytest

from pipeline.config.loading import load
from pipeline.config.wave import ColumnMap, WaveDescription
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind
from pipeline.io.fieldwork import read_fieldwork, reconcile
from pipeline.io.microdata.mapping import apply_map
from pipeline.io.microdata.reading import read_microdata
from pipeline.simulation import simulate

FILES = ["wave.toml", "columns.toml", "sampling.csv", "fieldwork.csv"]


@pytest.fixture(scope="module")
def simulated(new_workspace):
    """A small city with all its waves written."""
    workspace = new_workspace()
    return workspace, simulate(workspace)


def _sav(workspace, wave):
    return workspace.wave_folder(wave) / "microdata" / f"wave{wave}.sav"


@pytest.fixture(scope="module")
def delivered(simulated):
    """The file of the last wave with its metadata."""
    return pyreadstat.read_sav(_sav(simulated[0], "2025"), user_missing=True)


def test_one_wave_alone_comes_out_byte_for_byte_as_among_all(simulated, new_workspace):
    alone = new_workspace()
    simulate(alone, ["2025"])
    folders = [w.wave_folder("2025") for w in (simulated[0], alone)]
    files = [*FILES, "microdata/wave2025.sav"]
    assert filecmp.cmpfiles(*folders, files, shallow=False) == (files, [], [])
    assert not alone.wave_folder("2023").exists()


def test_writing_a_wave_again_keeps_the_truth_of_the_others(simulated):
    workspace, _ = simulated
    truth = workspace.raw / "simulation" / "truth.csv"
    before = truth.read_bytes()
    simulate(workspace, ["2022"])
    assert truth.read_bytes() == before
    assert pd.read_csv(truth)["wave"].unique().tolist() == [2020, 2022, 2023, 2025]


def test_the_shipped_wave_is_what_the_generator_writes(project, new_workspace, tmp_path):
    """The small first wave of the full city; seconds, and no drift unnoticed."""
    workspace = new_workspace()
    for folder in ("population", "simulation"):
        for path in (project / "data" / "raw" / folder).rglob("*.*"):
            inside = path.relative_to(project / "data" / "raw")
            (workspace.raw / inside).write_bytes(path.read_bytes())
    simulate(workspace, ["2020"])
    shipped = project / "data" / "raw" / "waves" / "2020"
    files = [*FILES, "microdata/wave2020.sav"]
    compared = filecmp.cmpfiles(shipped, workspace.wave_folder("2020"), files, shallow=False)
    assert compared == (files, [], [])
    truth = workspace.raw / "simulation" / "truth.csv"
    assert truth.read_bytes() == (project / "data/raw/simulation/truth.csv").read_bytes()


def test_every_wave_tells_its_line(simulated):
    _, lines = simulated
    assert [line.split(":")[0] for line in lines] == [
        "simulate 2020",
        "simulate 2022",
        "simulate 2023",
        "simulate 2025",
    ]
    assert "10 units in 5 strata" in lines[0]
    assert "60 units in 8 strata" in lines[3]


def test_records_and_microdata_agree(simulated):
    workspace, _ = simulated
    for wave in ("2020", "2022", "2023", "2025"):
        folder = workspace.wave_folder(wave)
        record = read_fieldwork(folder)
        frame = pyreadstat.read_sav(_sav(workspace, wave))[0]
        drawn = frame[frame["PSU"] != ""]
        interviews = pd.DataFrame({"psu": drawn["STRATUM"] + "/" + drawn["PSU"]})
        reconcile(record, interviews, str(folder))


def test_description_and_map_are_what_the_models_expect(simulated):
    workspace, _ = simulated
    folder = workspace.wave_folder("2025")
    description = load(WaveDescription, folder / "wave.toml")
    assert description.origin == "synthetic"
    assert load(WaveDescription, workspace.wave_folder("2023") / "wave.toml").frame == (
        description.frame
    )
    assert load(ColumnMap, folder / "columns.toml").recode["ethnic_code"]["7"] == "07"


def test_every_code_is_of_the_questionnaire_or_declared_missing(simulated, delivered):
    workspace, _ = simulated
    frame, meta = delivered
    folder, instrument = workspace.wave_folder("2025"), workspace.instrument("2025")
    raw = read_microdata(_sav(workspace, "2025"))
    column_map = load(ColumnMap, folder / "columns.toml")
    mapped = apply_map(raw.frame, column_map, instrument, workspace.bank, (), "columns.toml")
    assert [f.column for f in mapped.findings if f.rows.any()] == []
    kinds = {int(kind) for kind in MissingKind} - {int(MissingKind.INVALID)}
    used = set(mapped.answers.to_numpy().ravel()[mapped.answers.to_numpy().ravel() < 0])
    assert used == kinds
    for name in mapped.answers:
        source = column_map.sources[name]
        assert meta.missing_ranges[source] == [{"lo": 96.0, "hi": 98.0}]
        labelled = set(meta.variable_value_labels[source])
        assert set(frame[source].unique()) <= labelled


def test_only_simulated_identifiers_are_delivered_and_none_is_mapped(simulated, delivered):
    workspace, _ = simulated
    frame, _ = delivered
    column_map = load(ColumnMap, workspace.wave_folder("2025") / "columns.toml")
    left = set(frame.columns) - set(column_map.sources.values())
    identifiers = {"NAME", "PHONE", "ADDRESS", "GPS"}
    assert left == {*identifiers, "END_TIME"}
    city = tomllib.loads((workspace.raw / "simulation" / "city.toml").read_text("utf-8"))
    for name, pattern in city["delivery"]["identifiers"].items():
        expected = [pattern.format(number=n) for n in range(1, len(frame) + 1)]
        assert frame[name].tolist() == expected


def test_volunteers_carry_no_design(delivered):
    frame, _ = delivered
    online = frame["MODE"] == 3
    assert online.any()
    assert (frame.loc[online, ["STRATUM", "PSU", "INTERVIEWER"]] == "").all(axis=None)
    assert frame.loc[online, "HH_ADULTS"].isna().all()
    assert (frame.loc[~online, ["STRATUM", "PSU", "INTERVIEWER"]] != "").all(axis=None)
    assert frame.loc[~online, "HH_ADULTS"].ge(1).all()


def test_labels_are_the_questionnaires_chinese(simulated, delivered):
    workspace, _ = simulated
    _, meta = delivered
    instrument = workspace.instrument("2025")
    words = {code.code: code.title_zh for code in instrument.variable_by_id["ur_code"].codes}
    found = meta.variable_value_labels["CXDM"]
    assert {str(int(code)): label for code, label in found.items()} == words
    item = workspace.bank["m01"]
    assert meta.column_names_to_labels["T_M01"] == item.text_zh


def test_an_unknown_wave_is_refused_before_anything_is_written(new_workspace):
    workspace = new_workspace()
    with pytest.raises(ConfigError, match="wave 2031 has no design"):
        simulate(workspace, ["2025", "2031"])
    assert not (workspace.raw / "waves").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("urban = { 1 = 0.30,", "urban = { 1 = 0.40,", "shares of urban add to 1.1, expected 1"),
        ("speeders = ", "speedsters = ", "key interview.speedsters is unknown; did you mean"),
        ("first_stage]\n510402 = 10\n", "first_stage]\n", "510402-urban is in 0 strata"),
    ],
)
def test_wrong_parameters_are_told_by_key(new_workspace, old, new, message):
    workspace = new_workspace()
    path = workspace.raw / "simulation" / "city.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        simulate(workspace, ["2022"])


def test_items_without_parameters_are_refused(new_workspace):
    workspace = new_workspace()
    path = workspace.raw / "simulation" / "items.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("k05,")))
    with pytest.raises(ConfigError, match="item k05 has no parameters"):
        simulate(workspace, ["2020"])
