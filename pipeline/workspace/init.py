"""Making a new workspace out of the template that ships with the package."""

import re
import shutil
from pathlib import Path

from pipeline.errors import WorkspaceError
from pipeline.workspace import dvc_folder
from pipeline.workspace.doctor import REGISTER, code_seen_from
from pipeline.workspace.words import words

TEMPLATE = Path(__file__).with_name("scaffold")
_GIT = ".git"  # a folder fresh from `git init` or `git clone` is as good as empty
_MADE = shutil.ignore_patterns("processed", "dvc.lock", "tmp", "cache", "config.local")
_CODE = re.compile(r'(?m)^code = "[^"]*"')


def scaffold(folder: Path) -> str:
    """Make a workspace in a new or empty folder and say what to do next.

    Everything is written beside the folder first: it appears whole or not at all.

    Raises:
        WorkspaceError: the folder holds something, or cannot be written.
    """
    folder = folder.resolve()
    _refuse_occupied(folder)
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        shutil.copytree(TEMPLATE, partial, ignore=_MADE)
        dvc_folder.create(partial)
        _point_to_code(partial / REGISTER, folder)
        _put_in_place(partial, folder)
    except OSError as fault:
        raise WorkspaceError(
            str(folder), f"cannot be written: {fault.strerror}", hint="choose another place"
        ) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    dvc_folder.follow_git(folder)
    return words("init.done", folder=folder)


def _refuse_occupied(folder: Path) -> None:
    if folder.is_dir():
        found = len({entry.name for entry in folder.iterdir()} - {_GIT})
        got = f"one that holds {found} files and folders" if found else ""
    else:
        got = "a file of that name" if folder.exists() else ""
    if got:
        raise WorkspaceError(
            str(folder),
            f"expected a new or empty folder, got {got}",
            hint="name a folder that does not exist yet",
        )


def _point_to_code(register: Path, folder: Path) -> None:
    text = register.read_text(encoding="utf-8")
    line = f'code = "{code_seen_from(folder)}"'
    register.write_text(_CODE.sub(lambda _: line, text, count=1), encoding="utf-8", newline="\n")


def _put_in_place(made: Path, folder: Path) -> None:
    if not folder.exists():
        made.replace(folder)
        return
    # The folder itself must stay: it may hold .git, and a shell may stand in it.
    for entry in made.iterdir():
        entry.replace(folder / entry.name)
