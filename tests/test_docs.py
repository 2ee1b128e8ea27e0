"""What the documents say: commands, exit codes, keys, files and functions that exist."""

import ast
import csv
import re
import tomllib
from pathlib import Path

import pytest
import typer

from pipeline import errors
from pipeline.cli import app
from pipeline.config.loading import parse
from pipeline.config.measurement import Measurement
from pipeline.config.plan import Cleaning
from pipeline.config.wave import ColumnMap, RegisteredWave, WaveDescription
from pipeline.engine.measurement.tables import TABLES as MEASUREMENT_TABLES
from pipeline.io.fieldwork import read_fieldwork

PROJECT = Path(__file__).resolve().parent.parent
MANUAL = (PROJECT / "docs/manual.md").read_text(encoding="utf-8")
METHODS = (PROJECT / "docs/methods.md").read_text(encoding="utf-8")
ITEMS = PROJECT / "pipeline/engine/measurement/items.py"
MEASUREMENT = (PROJECT / "docs/measurement.md").read_text(encoding="utf-8")


def commands(group=None, path="pipeline"):
    """Every command with its path of words."""
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("words", "command"), list(commands()), ids=lambda given: str(given))
def test_every_command_has_help_and_a_place_in_the_manual(words, command):
    assert command.help
    assert f"`{words}`" in MANUAL


def test_the_manual_names_no_command_that_does_not_exist():
    known = {words for words, _ in commands()}
    named = re.findall(r"`(pipeline [a-z]+(?: build| plan| draw| replace)?)", MANUAL)
    named += re.findall(
        r"^(pipeline [a-z]+(?: build| plan| draw| replace)?)", MANUAL, flags=re.MULTILINE
    )
    assert named
    assert set(named) <= known


def error_classes(base=errors.PipelineError):
    for kind in base.__subclasses__():
        yield kind
        yield from error_classes(kind)


@pytest.mark.parametrize("kind", list(error_classes()), ids=lambda kind: kind.__name__)
def test_every_error_is_explained_under_its_exit_code(kind):
    row = next(line for line in MANUAL.splitlines() if line.startswith(f"| {kind.exit_code} |"))
    assert f"`{kind.__name__}`" in row


def example(name):
    """The example of a file in the manual: the fenced block that carries its name."""
    kind = name.rsplit(".", 1)[1]
    return re.search(rf"^```{kind} {name}\n(.*?)^```", MANUAL, re.DOTALL | re.MULTILINE).group(1)


@pytest.mark.parametrize(
    ("name", "model"), [("wave.toml", WaveDescription), ("columns.toml", ColumnMap)]
)
def test_examples_of_a_wave_are_accepted(name, model):
    parse(model, tomllib.loads(example(name)), name)


def test_the_example_of_the_register_is_accepted():
    for entry in tomllib.loads(example("waves.toml"))["waves"].values():
        parse(RegisteredWave, entry, "waves.toml")


def test_the_example_of_cleaning_names_every_rule_it_explains():
    block = re.search(r"^```toml\n\[cleaning\]\n(.*?)^```", MANUAL, re.DOTALL | re.MULTILINE)
    cleaning = parse(Cleaning, tomllib.loads(block.group(1)), "plan")
    rules = Cleaning.model_fields["quarantine"].annotation.__args__[0].__args__
    assert set(cleaning.quarantine) <= set(rules)
    assert all(f"| `{rule}` |" in MANUAL for rule in rules)


@pytest.mark.parametrize("key", list(ColumnMap.model_fields))
def test_every_key_of_the_column_map_is_explained(key):
    assert re.search(rf"^\| `{key}[`.]", MANUAL, re.MULTILINE)


def test_examples_of_sampling_and_fieldwork_are_accepted(tmp_path):
    for name in ("sampling.csv", "fieldwork.csv"):
        (tmp_path / name).write_text(example(name), encoding="utf-8")
    units = len(list(csv.DictReader(example("sampling.csv").splitlines())))
    assert len(read_fieldwork(tmp_path)) == units


@pytest.mark.parametrize("document", [METHODS, MEASUREMENT], ids=["methods", "measurement"])
def test_methods_name_functions_where_they_are(document):
    named = [
        (function, path)
        for functions, path in re.findall(r"((?:`\w+`、?)+)，`(pipeline/[\w/]+\.py)`", document)
        for function in re.findall(r"`(\w+)`", functions)
    ]
    assert len(named) > 25
    missing = [pair for pair in named if pair[0] not in definitions(PROJECT / pair[1])]
    assert not missing


def definitions(path):
    """Names of the functions and classes of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("table", MEASUREMENT_TABLES, ids=lambda table: table.name)
def test_measurement_explains_every_table(table):
    assert f"`{table.name}`" in MEASUREMENT


def test_measurement_explains_every_warning_of_an_item():
    marks = re.search(r"marks = \{(.*?)\}", ITEMS.read_text(encoding="utf-8"), re.DOTALL).group(1)
    named = re.findall(r'^ +"(\w+)":', marks, re.MULTILINE)
    assert len(named) > 6
    assert all(f"`{name}`" in MEASUREMENT and f"`{name}`" in MANUAL for name in named)


def test_the_example_of_measurement_runs(capsys):
    known: dict[str, object] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", MEASUREMENT, re.DOTALL | re.MULTILINE)
    for block in blocks:
        exec(compile(block, "docs/measurement.md", "exec"), known)  # noqa: S102
    assert len(blocks) == 3
    # errors of measurement lift the share above a cut in the upper tail
    assert known["low"][0] < known["shares"].estimate[0] < known["raw"]
    assert "accuracy" in capsys.readouterr().out


def test_the_manual_shows_the_measurement_of_a_plan():
    block = re.search(r"^```toml plan\n(.*?)^```", MANUAL, re.DOTALL | re.MULTILINE).group(1)
    parse(Measurement, tomllib.loads(block)["measurement"], "plan")


DOCUMENTS = ["methods", "manual", "measurement", "measurement_simulation"]


@pytest.mark.parametrize("document", [f"docs/{name}.md" for name in DOCUMENTS])
def test_paths_in_methods_and_manual_exist(document):
    text = (PROJECT / document).read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:pipeline|survey_instruments|tests|docs|examples|data/raw)/[\w./-]+)`", text
    )
    named += re.findall(r"\]\(([\w./-]+)\)", text)
    named += re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
    assert named
    folder = (PROJECT / document).parent
    assert not [
        path for path in named if not ((PROJECT / path).exists() or (folder / path).exists())
    ]
