"""The shape of the project: layers, stages, sizes, and what may not stand in code."""

import ast
import re
import statistics
import tomllib
from functools import cache
from pathlib import Path

import pytest
from dvc.utils.serialize import load_yaml

PROJECT = Path(__file__).resolve().parent.parent
CODE = PROJECT / "pipeline"
MODULES = sorted(CODE.rglob("*.py"))

# Imports point strictly downwards; packages of one level never know each other.
LEVELS = {
    "errors": 0, "fields": 0,
    "tables": 1, "config": 1, "stats": 1,
    "survey": 2,
    "engine": 3, "io": 3, "present": 3,
    "stages": 4, "simulation": 4, "sampling": 4, "workspace": 4,
    "cli": 5, "__main__": 6,
}  # fmt: skip
FILE_LINES, FILE_MEDIAN = 300, 120
FUNCTION_LINES, FUNCTION_MEDIAN = 60, 8


def unit(module: Path) -> str:
    """The package or top-level module a file belongs to."""
    return module.relative_to(CODE).parts[0].removesuffix(".py")


@cache
def imported(module: Path) -> frozenset[str]:
    """Dotted names of pipeline modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(name for name in names if name.startswith("pipeline."))


def file_of(name: str) -> Path | None:
    """The file of a dotted module name; None for a name inside a module."""
    path = PROJECT.joinpath(*name.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in found if candidate.is_file()), None)


def closure(module: Path) -> set[Path]:
    """All project files that a file needs, itself included."""
    seen: set[Path] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += [path for name in imported(current) if (path := file_of(name))]
    return seen


def stages() -> dict[str, dict]:
    """Stages of dvc.yaml by name, `foreach` opened."""
    listed = load_yaml(str(PROJECT / "dvc.yaml"))["stages"]
    return {name: stage.get("do", stage) for name, stage in listed.items()}


def test_imports_point_downwards_and_never_sideways():
    wrong = [
        f"{module.relative_to(PROJECT)} imports {name}"
        for module in MODULES
        if unit(module) in LEVELS
        for name in imported(module)
        if (target := name.split(".")[1]) in LEVELS
        and target != unit(module)
        and LEVELS[target] >= LEVELS[unit(module)]
    ]
    assert not wrong


def test_every_package_has_a_level():
    assert {unit(module) for module in MODULES} - {"__init__"} == set(LEVELS)


def test_only_io_opens_files_of_a_workspace():
    calls = re.compile(r"\b(open|read_text|write_text|read_bytes|write_bytes|read_csv)\(")
    wrong = [
        str(module.relative_to(PROJECT))
        for module in MODULES
        if unit(module) in {"stats", "engine", "tables", "fields", "stages"}
        and calls.search(module.read_text(encoding="utf-8"))
    ]
    assert not wrong


def test_stages_of_dvc_are_the_modules():
    modules = {path.stem for path in (CODE / "stages").glob("[!_]*.py")}
    assert set(stages()) == modules


@pytest.mark.parametrize("name", sorted(stages()))
def test_dvc_knows_every_file_a_stage_needs(name):
    given = [str(dep).replace("${code}", "pipeline") for dep in stages()[name]["deps"]]
    # Messages of errors cannot move a number; package docstrings cannot either.
    needed = {
        path.relative_to(PROJECT).as_posix()
        for path in closure(CODE / "stages" / f"{name}.py")
        if path.name not in {"__init__.py", "errors.py"}
    }
    uncovered = {
        path
        for path in needed
        if not any(path == dep or path.startswith(f"{dep}/") for dep in given)
    }
    assert not uncovered


def test_weight_depends_on_no_answer_and_no_score():
    given = [str(dep) for dep in stages()["weight"]["deps"]]
    ingested = {dep.rsplit("/", 1)[1] for dep in given if "processed/ingest" in dep}
    assert ingested == {"people.parquet", "fieldwork.parquet"}
    assert not any("processed/score" in dep or "standards" in dep for dep in given)


def test_files_are_short():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {path.name: count for path, count in lines.items() if count > FILE_LINES}
    assert statistics.median(lines.values()) <= FILE_MEDIAN


def functions() -> dict[str, int]:
    """Length of every function without its docstring."""
    lengths = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                doc = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
                where = f"{module.relative_to(PROJECT)}:{node.lineno} {node.name}"
                lengths[where] = node.end_lineno - doc
    return lengths


def test_functions_are_short():
    lengths = functions()
    assert not {name: count for name, count in lengths.items() if count > FUNCTION_LINES}
    assert statistics.median(lengths.values()) <= FUNCTION_MEDIAN


def test_visible_words_live_in_data_files():
    han = re.compile(r"[\u4e00-\u9fff]")
    assert not [module.name for module in MODULES if han.search(module.read_text("utf-8"))]


def domain_numbers() -> set[float]:
    """Cuts, ages and targets as the data files state them."""
    numbers: set[float] = set()
    for path in (PROJECT / "survey_instruments" / "standards").glob("*.toml"):
        standard = tomllib.loads(path.read_text(encoding="utf-8"))
        numbers |= {standard.get("pass", {}).get("cut"), *standard.get("population", {}).values()}
        numbers |= {level["cut"] for level in standard.get("levels", [])}
    targets = (PROJECT / "data/raw/targets/targets.csv").read_text(encoding="utf-8").splitlines()
    numbers |= {float(row.split(",")[4]) for row in targets[1:]}
    return {float(number) for number in numbers if number}


def test_no_domain_number_stands_in_code():
    forbidden = domain_numbers()
    assert {70.0, 18.0, 69.0, 0.13} <= forbidden
    wrong = [
        f"{module.relative_to(PROJECT)}:{node.lineno} {node.value}"
        for module in MODULES
        # Sizes and positions of a layout may coincide with a cut.
        if unit(module) != "present"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
        and float(node.value) in forbidden
    ]
    assert not wrong


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_paths_named_in_documents_exist(document):
    text = (PROJECT / document).read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)|`([\w./-]+/[\w./-]*)`", text)
    paths = {path.rstrip("/") for pair in named for path in pair if path}
    made = ("data/processed", ".venv")  # exist after the first run
    missing = {
        path
        for path in paths
        if not path.startswith(made)
        and not (PROJECT / path).exists()
        and not ((PROJECT / document).parent / path).exists()
    }
    assert paths
    assert not missing


def test_every_registered_wave_has_its_folder_and_the_other_way_round():
    register = tomllib.loads((PROJECT / "data/raw/waves.toml").read_text(encoding="utf-8"))
    folders = {path.name for path in (PROJECT / "data/raw/waves").iterdir() if path.is_dir()}
    assert set(register["waves"]) == folders
