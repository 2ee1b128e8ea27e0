"""The `.dvc` folder of a workspace: its settings, and whether DVC looks for git.

Standard library only, because run.py imports it before anything is installed.
"""

import re
from pathlib import Path

CONFIG = """\
[core]
    analytics = false
    check_update = false
    autostage = false
[plots]
    auto_open = false
"""
GITIGNORE = """\
/config.local
/cache
/site
/tmp
"""
_SWITCH = "    no_scm = true\n"
_CORE = re.compile(r"^\[core\].*\n", re.MULTILINE)
_NO_SCM = re.compile(r"^\s*no_scm\s*=.*\n?", re.MULTILINE)
_EMPTY_CORE = re.compile(r"^\[core\]\s*(?=\[|\Z)", re.MULTILINE)


def create(root: Path) -> None:
    """Make a DVC repository of `root`; what is already there stays."""
    folder = root / ".dvc"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("config", CONFIG), (".gitignore", GITIGNORE)):
        if not (folder / name).exists():
            (folder / name).write_text(content, encoding="utf-8")


def follow_git(root: Path) -> None:
    """Tell DVC to work without git where there is none, and with git where there is.

    DVC refuses to run in a folder that was downloaded as an archive unless told so.
    """
    local = root / ".dvc" / "config.local"
    wanted = local_config(_read(local), has_git=has_git(root))
    if wanted:
        local.write_text(wanted, encoding="utf-8")
    else:
        local.unlink(missing_ok=True)


def fits_git(root: Path) -> bool:
    """Whether `follow_git` would change nothing."""
    text = _read(root / ".dvc" / "config.local")
    return local_config(text, has_git=has_git(root)) == text


def has_git(root: Path) -> bool:
    """Whether `root` lies in a git checkout (`.git` is a file in a worktree)."""
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def local_config(text: str, *, has_git: bool) -> str:
    """The text of `.dvc/config.local` with `no_scm` as it must be; other lines are kept."""
    if has_git:
        return _EMPTY_CORE.sub("", _NO_SCM.sub("", text)) if _NO_SCM.search(text) else text
    if _SWITCH in text:
        return text
    text = _NO_SCM.sub("", text)
    if not _CORE.search(text):
        return f"[core]\n{_SWITCH}{text}"
    return _CORE.sub(rf"\g<0>{_SWITCH}", text, count=1)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
