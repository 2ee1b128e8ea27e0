"""A copy of the demo workspace with its two smallest waves, and DVC run as a user would."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

WORKSPACE_PARTS = ("survey_instruments", "data/raw", "dvc.yaml", ".dvc/config", ".dvcignore")


@pytest.fixture(scope="session")
def demo_copy(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """The demo workspace with waves 2020 and 2022, in a folder with an awkward name."""
    root = tmp_path_factory.mktemp("demo") / "科学素质 demo"
    for part in WORKSPACE_PARTS:
        target = root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (project / part).is_dir() else shutil.copy
        copy(project / part, target)
    register = root / "data/raw/waves.toml"
    text = register.read_text(encoding="utf-8").replace(
        'code = "pipeline"', f'code = "{(project / "pipeline").as_posix()}"'
    )
    register.write_text(text, encoding="utf-8")
    for wave in set(tomllib.loads(text)["waves"]) - {"2020", "2022"}:
        unregister(root, wave)
    return root


def unregister(root: Path, wave: str) -> None:
    """Take a wave out of the register; its folder stays."""
    register = root / "data/raw/waves.toml"
    text = register.read_text(encoding="utf-8")
    entry = re.compile(rf"\[waves\.{wave}\].*?(?=\n\[|\Z)", re.DOTALL)
    register.write_text(entry.sub("", text), encoding="utf-8")


@pytest.fixture(scope="session")
def dvc() -> Callable[..., subprocess.CompletedProcess]:
    """`dvc ...` in a folder, with the environment of this interpreter."""

    def run(root: Path, *words: str) -> subprocess.CompletedProcess:
        scripts = str(Path(sys.executable).parent)
        environment = os.environ | {
            "PATH": scripts + os.pathsep + os.environ["PATH"],
            "PYTHONUTF8": "1",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(root / ".dvc/site"),
        }
        return subprocess.run(
            ["dvc", *words], cwd=root, env=environment, capture_output=True, text=True, check=False
        )

    return run


def stages_run(done: subprocess.CompletedProcess) -> list[str]:
    """Names of the stages that DVC ran."""
    return re.findall(r"Running stage '([^']+)'", done.stdout)
