"""Fingerprints of files and folders."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """sha256 of a file; of a folder, over its files' names and contents in order."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    listed = sorted(inner for inner in path.rglob("*") if inner.is_file())
    lines = [f"{inner.relative_to(path).as_posix()} {sha256(inner)}" for inner in listed]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
