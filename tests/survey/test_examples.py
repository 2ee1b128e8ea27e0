"""The guide for analysts: its code runs, and it names every method there is."""

import inspect
import re
from pathlib import Path

import pytest

from pipeline import survey

PROJECT = Path(__file__).resolve().parents[2]
GUIDE = (PROJECT / "docs/survey.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def test_every_block_of_code_runs_in_order(capsys):
    known: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/survey.md", "exec"), known)  # noqa: S102
    assert "svydesign(" in capsys.readouterr().out
    assert len(BLOCKS) > 12


def public(kind):
    return {
        name
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_") and inspect.isfunction(member)
    }


@pytest.mark.parametrize("kind", [survey.Design, survey.ReplicateDesign])
def test_the_guide_shows_every_method(kind):
    shown = set(re.findall(r"\.(\w+)\(", "\n".join(BLOCKS)))
    assert not public(kind) - shown - {"assign", "after", "replicate_weight"}


def test_the_guide_decides_every_informational_reference_row(shared):
    with (shared / "oracles/survey/cases.csv").open(encoding="utf-8") as file:
        import csv

        rows = [row for row in csv.DictReader(file) if row["status"] == "informational"]
    section = GUIDE.split("## 11")[1].split("## English")[0]
    assert rows
    assert not {row["case"] for row in rows} - set(re.findall(r"`([\w.]+)`", section))


def test_methods_have_a_docstring_that_starts_with_a_sentence():
    for kind in (survey.Design, survey.ReplicateDesign):
        for name in public(kind):
            first = (inspect.getdoc(getattr(kind, name)) or "").split("\n")[0]
            assert first.endswith("."), f"{kind.__name__}.{name}"
