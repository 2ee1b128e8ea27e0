"""Notebooks run from the first cell to the last on the demo city, and are kept without results."""

import importlib
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipeline.cli import STAGES_PER_WAVE
from pipeline.config.workspace import Workspace
from tests.e2e.conftest import demo_copy  # noqa: F401 - a fixture

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
ACROSS = ("measure", "trend", "publish")


@pytest.fixture(scope="session")
def processed(demo_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The demo city with the results that notebooks read."""
    root = tmp_path_factory.mktemp("notebooks") / "科学素质 demo"
    shutil.copytree(demo_copy, root)
    workspace = Workspace(root)
    for wave in workspace.register.ordered:
        for name in STAGES_PER_WAVE:
            importlib.import_module(f"pipeline.stages.{name}").run(workspace, wave)
    for name in ACROSS:
        importlib.import_module(f"pipeline.stages.{name}").run(workspace)
    return root


def named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_notebook_runs_and_complains_of_nothing(path, processed):
    folder = processed / "notebooks"
    folder.mkdir(exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    # Missing glyphs, chained assignments and the like arrive on stderr.
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_notebook_is_stored_without_results(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert not [cell.id for cell in cells if cell.outputs or cell.execution_count]


def test_there_are_notebooks():
    assert NOTEBOOKS
