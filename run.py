"""The commands of a fresh machine: `python3 run.py repro` and `python3 run.py test`.

Owns the set-up: a virtual environment with exactly the packages of requirements.lock, and
the environment variables under which results are the same everywhere. Standard library
only. What the commands then do belongs to `pipeline repro` and to pytest.
"""

from __future__ import annotations  # older Pythons must get as far as the check below

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import time
from collections import deque
from pathlib import Path
from typing import Mapping  # noqa: UP035 - older Pythons again

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
JOBS = {"repro": ["-m", "pipeline", "repro"], "test": ["-m", "pytest"], "setup": []}
USAGE = """\
用法 · usage:
  python3 run.py repro [DVC 参数]    更新全部结果 · bring all results up to date
  python3 run.py test [pytest 参数]  运行测试 · run the tests
  python3 run.py setup               只准备环境 · only prepare the environment
Windows: py run.py ...（未经测试 · untested）"""
NO_VENV = "缺少 venv，请先执行 · venv is missing, first run: sudo apt install python3-venv"
DISK_FULL = "磁盘空间不足（约需 2 GB） · the disk is full, about 2 GB are needed"
OFFLINE = (
    "无法下载软件包。请检查网络，或用 pip config set global.index-url 设置镜像后重试"
    " · packages cannot be downloaded: check the network, or set a mirror with"
    " pip config set global.index-url, and try again"
)
REASONS = {
    r"No space left on device|os error 28\b": DISK_FULL,
    "name resolution|Name or service not known|dns error|error sending request|Max retries"
    "|NewConnectionError|ProxyError|Network is unreachable|Connection refused|timed out": OFFLINE,
}
PROGRESS = re.compile(r"\s*(?:Downloading .+ ?Mi?B\)|Resolved|Prepared|Installed)")
LINES_KEPT = 40


class SetupError(Exception):
    """Shown without a traceback: what is wrong, what to do."""


def main(arguments: list[str]) -> int:
    """Prepare what is missing, then do the job; the exit code is the job's."""
    if not arguments or arguments[0] not in JOBS:
        print(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    job, options = JOBS[arguments[0]], arguments[1:]
    try:
        check_python(sys.version_info[:2])
        environ = environment(ROOT, os.environ)
        prepare(ROOT, environ)
        return do([str(program(ROOT, "python")), *job, *options], environ) if job else 0
    except (SetupError, OSError) as fault:
        print(f"run.py: {reason_of(str(fault)) or fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("run.py: 已中断 · interrupted", file=sys.stderr)
        return 130


def do(command: list[str], environ: dict[str, str]) -> int:
    """Run the job; Ctrl-C reaches it too, and it ends in its own good order."""
    with subprocess.Popen(command, cwd=ROOT, env=environ) as job:  # noqa: S603
        while True:
            try:
                return job.wait()
            except KeyboardInterrupt:
                continue


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that the locked packages do not support."""
    if version < OLDEST_PYTHON:
        needed, got = (".".join(map(str, each)) for each in (OLDEST_PYTHON, version))
        raise SetupError(
            f"需要 Python {needed} 或更高版本，当前为 {got}；请改用 python{needed} run.py"
            f" · Python {needed} or later is needed, this is {got}: use python{needed} run.py"
        )


def environment(root: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Environment of every child: our Python first, UTF-8, one thread, fixed date."""
    kept = {name: inherited[name] for name in inherited.keys() - {"PYTHONHOME", "PYTHONPATH"}}
    path = inherited.get("PATH", os.defpath)
    ours = {
        "PATH": os.pathsep.join([str(program(root, "python").parent), path]),
        "VIRTUAL_ENV": str(root / ".venv"),
        "PYTHONUTF8": "1",
        "PYTHONIOENCODING": "utf-8",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_SYSTEM_CERTS": "1",  # offices with a proxy of their own have their own certificates
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(root / ".dvc" / "site"),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(root / ".cache" / "matplotlib"),
        "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01, the earliest date a zip archive carries
        # sums of several threads differ in the last bits from run to run
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
    locale = inherited.get("LC_ALL") or inherited.get("LC_CTYPE") or inherited.get("LANG", "")
    if not re.search("utf-?8", locale, re.IGNORECASE):
        ours["LC_ALL"] = "C.UTF-8"
    if not os.access(os.path.expanduser("~"), os.W_OK):  # noqa: PTH111 - Path.home() may raise
        ours["HOME"] = str(root / ".cache" / "home")
    return {**kept, **ours}


def program(root: Path, name: str) -> Path:
    """A program of the project's virtual environment."""
    return root / ".venv" / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}")


def prepare(root: Path, environ: dict[str, str]) -> None:
    """Do the set-up unless it is done, and fit DVC to a folder with or without git."""
    if not is_ready(root):
        set_up(root, environ)
    from pipeline.workspace import dvc_folder  # cannot be read before the check of the version

    dvc_folder.create(root)
    dvc_folder.follow_git(root)


def is_ready(root: Path) -> bool:
    """Whether a set-up was finished for this lock, Python, machine and place."""
    stamp = stamp_of(root)
    is_finished = stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint(root)
    return is_finished and program(root, "python").exists()


def stamp_of(root: Path) -> Path:
    """File that a finished set-up leaves behind."""
    return root / ".venv" / "set-up.stamp"


def fingerprint(root: Path) -> str:
    """Hash of all that an environment depends on: packages, Python, machine, place."""
    parts = (
        (root / "requirements.lock").read_bytes(),
        sysconfig.get_python_version().encode(),
        sysconfig.get_platform().encode(),
        os.fsencode(root),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def set_up(root: Path, environ: dict[str, str]) -> None:
    """Build `.venv` from nothing; a set-up that was killed has no stamp and is redone."""
    steps = (
        ("新建虚拟环境 · making the virtual environment", make_venv),
        ("安装 uv · installing uv", install_uv),
        ("安装软件包 · installing the packages", install_packages),
        ("安装本项目 · installing this project", install_project),
    )
    begun = time.monotonic()
    stamp_of(root).unlink(missing_ok=True)
    Path(environ.get("HOME", root)).mkdir(parents=True, exist_ok=True)
    for number, (title, step) in enumerate(steps, 1):
        say(f"[{number}/{len(steps)}] {title} … {time.monotonic() - begun:.0f} s")
        step(root, environ)
    stamp_of(root).write_text(fingerprint(root), encoding="ascii")
    say(f"环境已就绪 · the environment is ready: {time.monotonic() - begun:.0f} s")


def make_venv(root: Path, environ: dict[str, str]) -> None:
    """An empty virtual environment in place of any earlier one."""
    options = [] if has_module("ensurepip") else ["--without-pip"]
    if options and not has_module("pip"):
        raise SetupError(NO_VENV)
    must([base_python(), "-m", "venv", "--clear", *options, str(root / ".venv")], root, environ)


def install_uv(root: Path, environ: dict[str, str]) -> None:
    """The pinned uv; where there is none for this machine, pip will do all the work."""
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    pin = root / ".venv" / "uv.txt"
    pin.write_text(pin_of("uv", lock), encoding="utf-8")
    options = ["--only-binary", "uv", "--require-hashes", "-r", str(pin)]
    code, text = run([*pip(root), "install", *options], root, environ)
    if code and reason_of(text):
        raise SetupError(text)


def pin_of(package: str, lock: str) -> str:
    """The lines of a lock file that pin one package: version and hashes."""
    found = re.search(rf"^{package}==.*\n(?:[ \t].*\n?)*", lock, re.MULTILINE)
    if not found:
        raise SetupError(f"requirements.lock: 缺少 {package} · expected a pin of {package}")
    return found.group()


def install_packages(root: Path, environ: dict[str, str]) -> None:
    """All pinned packages, checked against their hashes."""
    install(["--require-hashes", "-r", "requirements.lock"], root, environ)


def install_project(root: Path, environ: dict[str, str]) -> None:
    """The project itself, from where it lies; nothing is downloaded."""
    install(["--no-deps", "--no-build-isolation", "-e", "."], root, environ)
    # Python reads .pth files in the locale's encoding and dies of a Chinese path in an ASCII one
    for link in (root / ".venv").rglob("site-packages/*.pth"):
        if link.read_bytes().strip() == os.fsencode(root):
            link.write_text(os.path.relpath(root, link.parent), encoding="ascii")


def install(options: list[str], root: Path, environ: dict[str, str]) -> None:
    """Install with uv, else with pip, which is slower but runs on more machines."""
    uv = program(root, "uv")
    if uv.exists():
        command = [str(uv), "pip", "install", "--compile-bytecode", *options]
        code, text = run(command, root, {**mirror(root, environ), **environ})
        if code == 0:
            return
        if reason_of(text) == DISK_FULL:
            raise SetupError(text)
        say("      uv 未成功，改用 pip · uv did not succeed, trying pip")
    must([*pip(root), "install", *options], root, environ)


def mirror(root: Path, environ: dict[str, str]) -> dict[str, str]:
    """The package mirror that pip is set to use, told in uv's way."""
    command = [*pip(root), "config", "get", "global.index-url"]
    asked = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    url = environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": url} if url else {}


def pip(root: Path) -> list[str]:
    """The pip that installs into the environment: its own, else the base Python's."""
    ours = str(program(root, "python"))
    own, outer = [ours, "-m", "pip"], [base_python(), "-m", "pip", "--python", ours]
    return own if has_module("ensurepip") else outer


def base_python() -> str:
    """The interpreter outside any virtual environment: ours may be about to be rebuilt."""
    return getattr(sys, "_base_executable", None) or sys.executable


def has_module(name: str) -> bool:
    """Whether the running Python has a module; Debian ships parts of venv separately."""
    return importlib.util.find_spec(name) is not None


def must(command: list[str], root: Path, environ: dict[str, str]) -> None:
    """Run a program without which the set-up cannot go on."""
    code, text = run(command, root, environ)
    if code:
        raise SetupError(f"未成功 · did not succeed: {' '.join(command)}\n{text}")


def run(command: list[str], root: Path, environ: dict[str, str]) -> tuple[int, str]:
    """Run a program and pass on its progress; its exit code and its last lines."""
    said: deque[str] = deque(maxlen=LINES_KEPT)
    with subprocess.Popen(  # noqa: S603 - programs and words are ours
        command,
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            said.append(line.rstrip())
            if PROGRESS.match(line):
                say(f"      {line.strip()}")
    return process.returncode, "\n".join(said)


def reason_of(text: str) -> str | None:
    """What a complaint means, where it has one of the usual causes."""
    return next((reason for said, reason in REASONS.items() if re.search(said, text)), None)


def say(text: str) -> None:
    """Tell progress at once, also through a pipe."""
    print(text, flush=True)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
