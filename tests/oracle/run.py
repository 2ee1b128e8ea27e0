"""Compares the package with a folder of reference numbers, through its public interface.

usage: python tests/oracle/run.py survey FOLDER [--group G ...] [--show N] [--all]

The folder has the format that its README describes: cases.csv, designs.json, data/. Exit
code 1 when a binding number is wrong or missing.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.oracle.survey.cases import Folder
from tests.oracle.survey.report import informational, lines
from tests.oracle.survey.scoring import verdicts


def main(arguments: list[str] | None = None) -> int:
    """Run and report; 1 when a binding number fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["survey"], help="what the numbers are about")
    parser.add_argument("folder", type=Path, help="folder of cases.csv, designs.json and data/")
    parser.add_argument("--group", action="append", default=[], help="only this group")
    parser.add_argument("--show", type=int, default=20, help="failing rows to print")
    parser.add_argument("--all", action="store_true", help="print every informational row")
    asked = parser.parse_args(arguments)
    found = list(verdicts(Folder(asked.folder), asked.group))
    for line in lines(found, asked.show):
        print(line)
    if asked.all:
        for line in informational(found):
            print(line)
    return int(any(each.is_failure for each in found))


if __name__ == "__main__":
    sys.exit(main())
