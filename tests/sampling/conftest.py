"""A workspace for designs of the small city."""

from pathlib import Path

import pytest

from pipeline.config.workspace import Workspace
from pipeline.workspace.init import scaffold
from tests.sampling.small_city import DESIGN, list_of_communities


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace."""
    scaffold(tmp_path / "city")
    return Workspace.at(tmp_path / "city")


@pytest.fixture
def write_design(workspace: Workspace):
    """Writes the design with replacements, and the list beside it; returns its path."""

    def write(*replacements: tuple[str, str], more: str = "") -> Path:
        folder = workspace.raw / "sampling" / "2030"
        folder.mkdir(parents=True, exist_ok=True)
        list_of_communities().to_csv(folder / "frame.csv", index=False)
        text = DESIGN + more
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        (folder / "design.toml").write_text(text, encoding="utf-8")
        return folder / "design.toml"

    return write
