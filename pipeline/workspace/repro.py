"""`pipeline repro`: DVC with repairs before it and a readable account of what it does.

Owns the conversation with the user while stages run. What a stage does, and when it is
run again, belongs to dvc.yaml and DVC.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from pipeline.errors import WorkspaceError
from pipeline.workspace import doctor
from pipeline.workspace.account import Account
from pipeline.workspace.words import words

NO_RUN_CACHE = "--no-run-cache"
# With these DVC asks, explains or only pretends: its own words are then the right ones.
_DVC_SPEAKS = {"-h", "--help", "--dry", "-i", "--interactive", "-q", "--quiet", "-v", "--verbose"}
_INTERRUPTED = 130
_PATIENCE = 10.0  # seconds that DVC gets to end by itself after an interrupt


def repro(root: Path, dvc_args: Sequence[str] = ()) -> int:
    """Bring the results of a workspace up to date.

    Args:
        root: folder of the workspace.
        dvc_args: options and targets handed to `dvc repro`.

    Returns:
        0, else the exit code of the stage that failed, else DVC's own.

    Raises:
        WorkspaceError: the workspace has a fault that only the user can put right.
    """
    environ = environment(root)
    _mend(root, environ)
    if _DVC_SPEAKS.intersection(dvc_args):
        return subprocess.call(_dvc("repro", *dvc_args), cwd=root, env=environ)  # noqa: S603
    account = _run(root, dvc_args, environ)
    if account.met_broken_run_cache and NO_RUN_CACHE not in dvc_args:
        print(words("repro.broken_run_cache"), flush=True)
        account = _run(root, [*dvc_args, NO_RUN_CACHE], environ)
    return account.conclude()


def environment(root: Path) -> dict[str, str]:
    """The environment in which DVC finds this Python and its stages speak UTF-8."""
    here = str(Path(sys.executable).parent)
    ours = {
        "PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)]),
        "PYTHONUTF8": "1",
        "DVC_NO_ANALYTICS": "1",
    }
    return {"DVC_SITE_CACHE_DIR": str(root / ".dvc" / "site"), **os.environ, **ours}


def _mend(root: Path, environ: dict[str, str]) -> None:
    left = doctor.mend(doctor.diagnose(root, environ))
    if left:
        raise WorkspaceError(str(root), [finding.text for finding in left])


def _run(root: Path, dvc_args: Sequence[str], environ: dict[str, str]) -> Account:
    """One `dvc repro`, told while it runs."""
    with (
        _start(_dvc("stage", "list", "--name-only"), root, environ, subprocess.DEVNULL) as listing,
        _start(_dvc("repro", *dvc_args), root, environ, subprocess.STDOUT) as process,
    ):
        has_targets = any(not argument.startswith("-") for argument in dvc_args)
        account = Account(_counter(listing) if not has_targets else lambda: None)
        try:
            for line in process.stdout or ():
                account.hear(line.rstrip("\n"))
        except KeyboardInterrupt:
            _end(process)
            account.interrupt()
        account.exit_code = account.exit_code or process.wait()
    return account


def _dvc(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dvc", *arguments]


def _start(
    command: list[str], root: Path, environ: dict[str, str], errors: int
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
        command,
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def _counter(listing: subprocess.Popen[str]) -> Callable[[], int | None]:
    """How many stages there are; DVC counts them while it already works."""

    @cache
    def count() -> int | None:
        names, _ = listing.communicate()
        return len(names.split()) or None

    return count


def _end(process: subprocess.Popen[str]) -> None:
    # Ctrl-C reaches DVC too; it then notes that the stage has failed.
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
        return
    process.terminate()
