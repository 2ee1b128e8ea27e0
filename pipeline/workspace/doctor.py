"""What can be wrong with a workspace before DVC runs, and the repairs that lose nothing.

Owns states of files that an interrupted run, a merge, an unpacked archive or a moved
folder leave behind. Faults in the contents of data files belong to `pipeline.config`.
"""

import json
import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.errors import WorkspaceError
from pipeline.workspace import dvc_folder
from pipeline.workspace.words import words

PACKAGE = Path(__file__).resolve().parents[1]
REGISTER = Path("data/raw/waves.toml")
PARTIAL = "*.partial"
_CONFLICT = "<<<<<<<"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a workspace.

    Attributes:
        problem: what it is; names the sentence in words.toml.
        text: the sentence for the user.
        cure: repairs it without loss; None where only the user can.
    """

    problem: str
    text: str
    cure: Callable[[], None] | None = None


def diagnose(root: Path, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """All faults of the workspace at `root`; changes nothing.

    Args:
        root: folder of the workspace.
        environ: environment in which DVC would run its stages.
    """
    checks = (_dvc_folder, _broken_lock, _conflicted_record, _leftovers, _missing_code)
    findings = [finding for check in checks for finding in check(root)]
    return [*findings, *_foreign_python(environ)]


def mend(findings: Iterable[Finding]) -> list[Finding]:
    """Apply every cure and say what was done.

    Returns:
        The findings that only the user can put right.

    Raises:
        WorkspaceError: another run is at work in the workspace.
    """
    left = []
    for finding in findings:
        if finding.cure:
            finding.cure()
            print(words("doctor_says.mended", finding=finding.text), flush=True)
        else:
            left.append(finding)
    return left


def report(root: Path, *, repair: bool) -> None:
    """Say what is wrong with a workspace, after mending it if asked to.

    Raises:
        WorkspaceError: faults remain.
    """
    findings = diagnose(root)
    left = mend(findings) if repair else findings
    if left:
        hint = "" if repair else "`pipeline doctor --repair` mends what it can"
        raise WorkspaceError(str(root), [finding.text for finding in left], hint=hint)
    print(words("doctor_says.sound"))


def _finding(problem: str, cure: Callable[[], None] | None = None, **gaps: object) -> Finding:
    return Finding(problem, words(f"doctor.{problem}", **gaps), cure)


def _dvc_folder(root: Path) -> Iterator[Finding]:
    def make() -> None:
        dvc_folder.create(root)
        dvc_folder.follow_git(root)

    if not (root / ".dvc" / "config").is_file():
        yield _finding("missing_dvc_folder", make, path=".dvc")
    elif not dvc_folder.fits_git(root):
        yield _finding("git_link", make, path=".dvc/config.local")


def _broken_lock(root: Path) -> Iterator[Finding]:
    def remove() -> None:
        with _sole_run(root):
            # a run that has just ended may have made it whole again
            if _is_broken(lock):
                lock.unlink()

    lock = _lock_file(root)
    if _is_broken(lock):
        yield _finding("broken_lock", remove, path=lock.relative_to(root))


def _conflicted_record(root: Path) -> Iterator[Finding]:
    record = root / "dvc.lock"
    if record.is_file() and any(
        line.startswith(_CONFLICT) for line in record.read_text(encoding="utf-8").splitlines()
    ):
        yield _finding("conflicted_record", record.unlink, path=record.name)


def _leftovers(root: Path) -> Iterator[Finding]:
    if _has_live_run(root):
        return
    for path in sorted((root / "data" / "processed").rglob(PARTIAL)):
        yield _finding("leftover", partial(_discard, path), path=path.relative_to(root))


def code_seen_from(folder: Path) -> str:
    """The package's folder as the register of a workspace in `folder` names it."""
    try:
        return Path(os.path.relpath(PACKAGE, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return PACKAGE.as_posix()


def _missing_code(root: Path) -> Iterator[Finding]:
    try:
        code = tomllib.loads((root / REGISTER).read_text(encoding="utf-8"))["code"]
    except (OSError, ValueError, KeyError):
        return  # the register's own loader says what is wrong with it
    if not (root / str(code) / "__init__.py").is_file():
        expected = code_seen_from(root)
        yield _finding("missing_code", path=REGISTER.as_posix(), got=code, expected=expected)


def _foreign_python(environ: Mapping[str, str]) -> Iterator[Finding]:
    expected = Path(sys.executable).parent
    got = shutil.which("python", path=environ.get("PATH", ""))
    if got is None or Path(got).parent.resolve() != expected.resolve():
        yield _finding("foreign_python", expected=expected, got=got)


def _lock_file(root: Path) -> Path:
    return root / ".dvc" / "tmp" / "rwlock"


def _is_broken(lock: Path) -> bool:
    try:
        return not isinstance(json.loads(lock.read_text(encoding="utf-8")), dict)
    except FileNotFoundError:
        return False
    except ValueError:
        return True


@contextmanager
def _sole_run(root: Path) -> Iterator[None]:
    """Hold the two locks under which DVC writes its lock file."""
    from dvc.lock import LockError, make_lock  # costs a third of a second, needed rarely

    folder = _lock_file(root).parent
    try:
        with make_lock(folder / "lock"), make_lock(folder / "rwlock.lock"):
            yield
    except LockError:
        raise WorkspaceError(
            str(root),
            "expected no other run in this workspace, but one holds DVC's lock",
            hint="wait until it has ended, then try again",
        ) from None


def _has_live_run(root: Path) -> bool:
    """Whether a process that DVC has noted as reader or writer is still alive."""
    lock = _lock_file(root)
    if not lock.exists():
        return False
    if _is_broken(lock):
        return True  # not known until the lock file is mended
    noted = json.loads(lock.read_text(encoding="utf-8"))
    writers = noted.get("write", {}).values()
    readers = [reader for several in noted.get("read", {}).values() for reader in several]
    return any(_is_alive(int(entry["pid"])) for entry in (*writers, *readers))


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # signal 0 would end the process there; to assume life loses nothing
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _discard(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
