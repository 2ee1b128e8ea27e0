"""run.py without a network: when it sets up, in which environment, how it fails."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture
def run():
    """A fresh import of run.py, which lies outside every package."""
    spec = importlib.util.spec_from_file_location("run", PROJECT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path, run):
    """A project whose set-up has been finished, in a folder with Chinese and a space."""
    root = tmp_path / "监测 项目"
    python = run.program(root, "python")
    python.parent.mkdir(parents=True)
    python.touch()
    (root / "requirements.lock").write_text(LOCK, encoding="utf-8")
    run.stamp_of(root).write_text(run.fingerprint(root), encoding="ascii")
    return root


def test_a_finished_set_up_is_ready(run, project):
    assert run.is_ready(project)


def test_a_killed_set_up_is_not_ready(run, project):
    run.stamp_of(project).unlink()
    assert not run.is_ready(project)


def test_a_changed_lock_is_not_ready(run, project):
    (project / "requirements.lock").write_text(LOCK + "# changed\n", encoding="utf-8")
    assert not run.is_ready(project)


def test_a_moved_project_is_not_ready(run, project):
    moved = shutil.move(project, project.with_name("moved"))
    assert not run.is_ready(Path(moved))


def test_another_python_is_not_ready(run, project, monkeypatch):
    monkeypatch.setattr(run.sysconfig, "get_python_version", lambda: "3.99")
    assert not run.is_ready(project)


def test_a_vanished_interpreter_is_not_ready(run, project):
    run.program(project, "python").unlink()
    assert not run.is_ready(project)


def test_a_ready_project_is_only_fitted_to_a_folder_without_git(run, project, monkeypatch):
    monkeypatch.setattr(run, "set_up", lambda *_: pytest.fail("set up again"))
    run.prepare(project, {})
    assert "no_scm = true" in (project / ".dvc" / "config.local").read_text(encoding="utf-8")


def test_set_up_goes_through_its_steps_and_leaves_a_stamp(run, project, monkeypatch, capsys):
    taken = []
    for step in ("make_venv", "install_uv", "install_packages", "install_project"):
        monkeypatch.setattr(run, step, lambda *_, step=step: taken.append(step))
    run.stamp_of(project).unlink()
    run.set_up(project, {})
    assert run.is_ready(project)
    assert taken == ["make_venv", "install_uv", "install_packages", "install_project"]
    assert [line[:5] for line in capsys.readouterr().out.splitlines()[:4]] == [
        f"[{number}/4]" for number in range(1, 5)
    ]


def test_a_failed_step_leaves_no_stamp(run, project, monkeypatch):
    monkeypatch.setattr(run, "make_venv", lambda *_: None)
    (project / "requirements.lock").write_text("", encoding="utf-8")
    with pytest.raises(run.SetupError, match="a pin of uv"):
        run.set_up(project, {})
    assert not run.stamp_of(project).exists()


def test_children_find_our_python_first(run):
    environ = run.environment(Path("/项目"), {"PATH": "/usr/bin", "PYTHONPATH": "/elsewhere"})
    assert environ["PATH"].split(run.os.pathsep) == [
        str(run.program(Path("/项目"), "python").parent),
        "/usr/bin",
    ]
    assert environ["VIRTUAL_ENV"] == str(Path("/项目/.venv"))
    assert "PYTHONPATH" not in environ


@pytest.mark.parametrize(
    ("inherited", "expected"),
    [
        ({}, "C.UTF-8"),
        ({"LC_ALL": "C"}, "C.UTF-8"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "C.UTF-8"),
        ({"LANG": "zh_CN.GB18030"}, "C.UTF-8"),
        ({"LANG": "zh_CN.utf8"}, None),
        ({"LC_ALL": "en_US.UTF-8"}, "en_US.UTF-8"),
    ],
)
def test_children_get_a_utf8_locale(run, inherited, expected):
    assert run.environment(PROJECT, inherited).get("LC_ALL") == expected


def test_a_user_without_home_gets_one_inside_the_project(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "nonexistent"))
    environ = run.environment(tmp_path, {"HOME": str(tmp_path / "nonexistent")})
    assert Path(environ["HOME"]).is_relative_to(tmp_path / ".cache")


def test_results_do_not_depend_on_threads_or_dates_of_the_machine(run):
    environ = run.environment(PROJECT, {"OMP_NUM_THREADS": "8", "SOURCE_DATE_EPOCH": "1"})
    threads = {environ[f"{name}_NUM_THREADS"] for name in ("OMP", "OPENBLAS", "MKL")}
    assert threads == {"1"}
    assert environ["SOURCE_DATE_EPOCH"] == run.environment(PROJECT, {})["SOURCE_DATE_EPOCH"]


def test_a_python_that_is_too_old_is_told_so_without_a_traceback(run, monkeypatch, capsys):
    monkeypatch.setattr(run, "OLDEST_PYTHON", (99, 1))
    assert run.main(["setup"]) == 1
    error = capsys.readouterr().err
    assert "需要 Python 99.1" in error
    assert "Python 99.1 or later is needed" in error
    assert "Traceback" not in error


def test_old_pythons_can_read_run_py_to_be_told_so():
    ast.parse((PROJECT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_run_py_needs_nothing_installed(tmp_path):
    program = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import run;"
        "from pathlib import Path; run.is_ready = lambda root: True;"
        f"run.prepare(Path({str(tmp_path)!r}), {{}})"
    )
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program], check=True)
    assert (tmp_path / ".dvc" / "config").exists()


@pytest.mark.parametrize("arguments", [[], ["rerpo"], ["--version"]])
def test_an_unknown_command_shows_the_usage(run, arguments, capsys):
    assert run.main(arguments) == 2
    assert "python3 run.py repro" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("[Errno 28] No space left on device: '/x'", "磁盘空间不足"),
        ("error: failed to write\n  cause: Disk (os error 28)", "磁盘空间不足"),
        ("[Errno -3] Temporary failure in name resolution", "无法下载软件包"),
        ("  cause: dns error: failed to lookup address", "无法下载软件包"),
    ],
)
def test_the_usual_causes_are_explained(run, said, meaning):
    assert run.reason_of(said).startswith(meaning)


def test_other_complaints_are_shown_as_they_are(run):
    assert run.reason_of("THESE PACKAGES DO NOT MATCH THE HASHES") is None


def test_without_venv_the_user_is_told_what_to_install(run, project, monkeypatch, capsys):
    monkeypatch.setattr(run, "ROOT", project)
    monkeypatch.setattr(run, "has_module", lambda _: False)
    run.stamp_of(project).unlink()
    assert run.main(["setup"]) == 1
    assert "apt install python3-venv" in capsys.readouterr().err


def test_pip_steps_in_where_uv_does_not_succeed(run, project, monkeypatch):
    called = []
    monkeypatch.setattr(run, "run", lambda command, *_: (called.append(command), (1, "no"))[1])
    monkeypatch.setattr(run, "must", lambda command, *_: called.append(command))
    monkeypatch.setattr(run, "mirror", lambda *_: {})
    run.program(project, "uv").touch()
    run.install_packages(project, {})
    uv, pip = called
    assert uv[1:3] == ["pip", "install"]
    assert pip[1:4] == ["-m", "pip", "install"]
    assert all("--require-hashes" in command for command in called)


def test_a_full_disk_is_not_tried_twice(run, project, monkeypatch):
    monkeypatch.setattr(run, "run", lambda *_: (1, "No space left on device"))
    monkeypatch.setattr(run, "must", lambda *_: pytest.fail("tried again"))
    monkeypatch.setattr(run, "mirror", lambda *_: {})
    run.program(project, "uv").touch()
    with pytest.raises(run.SetupError):
        run.install_packages(project, {})


def test_the_link_to_the_project_can_be_read_in_any_locale(run, project, monkeypatch):
    packages = project / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    ours, other = packages / "_project.pth", packages / "other.pth"
    monkeypatch.setattr(run, "install", lambda *_: ours.write_bytes(run.os.fsencode(project)))
    other.write_text("import other\n", encoding="ascii")
    run.install_project(project, {})
    assert (packages / ours.read_text(encoding="ascii")).resolve() == project.resolve()
    assert other.read_text(encoding="ascii") == "import other\n"


def test_the_last_lines_of_a_program_are_kept(run, tmp_path):
    script = "import sys; print('\\n'.join(map(str, range(99)))); sys.exit(3)"
    code, text = run.run([sys.executable, "-c", script], tmp_path, dict(run.os.environ))
    assert code == 3
    assert text.splitlines()[-1] == "98"
    assert len(text.splitlines()) == run.LINES_KEPT


def test_the_exit_code_of_the_job_is_ours(run):
    job = [sys.executable, "-c", "raise SystemExit(11)"]
    assert run.do(job, dict(run.os.environ)) == 11


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to one process there")
def test_an_interrupted_job_ends_in_its_own_way(run):
    job = (
        "import os, signal, sys, time\n"
        "os.kill(os.getppid(), signal.SIGINT); time.sleep(0.5); sys.exit(7)"
    )
    assert run.do([sys.executable, "-c", job], dict(run.os.environ)) == 7


def test_uv_is_pinned_with_hashes(run):
    first, *hashes = run.pin_of("uv", LOCK).splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", first)
    assert hashes[0].strip().startswith("--hash=sha256:")
    assert not any("==" in line for line in hashes)


def test_the_lock_names_no_address_and_hashes_everything():
    assert "://" not in LOCK
    pins = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert len(pins) > 100
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_lock_holds_every_declared_package():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]
    missing = [name for name in wanted if not re.search(rf"^{name}[= ]", LOCK, re.MULTILINE)]
    assert missing == []
