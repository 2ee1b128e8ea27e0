"""Compares the package with a folder of reference numbers, through its public interface.

usage: python tests/oracle/run.py survey|psychometrics FOLDER [--group G ...] [--show N] [--all]

The folder has the format that its README describes: cases.csv, designs.json and data/ for
survey, oracles.csv and data/ for psychometrics. Exit code 1 when a binding number is wrong
or missing.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.oracle.psychometrics.requests import Folder as PsychometricFolder
from tests.oracle.psychometrics.scoring import verdicts as psychometric_verdicts
from tests.oracle.report import informational, lines
from tests.oracle.survey.cases import Folder as SurveyFolder
from tests.oracle.survey.scoring import verdicts as survey_verdicts

KINDS = {
    "survey": (SurveyFolder, survey_verdicts),
    "psychometrics": (PsychometricFolder, psychometric_verdicts),
}


def main(arguments: list[str] | None = None) -> int:
    """Run and report; 1 when a binding number fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS, help="what the numbers are about")
    parser.add_argument("folder", type=Path, help="folder of reference numbers")
    parser.add_argument("--group", action="append", default=[], help="only this group")
    parser.add_argument("--show", type=int, default=20, help="failing rows to print")
    parser.add_argument("--all", action="store_true", help="print every informational row")
    asked = parser.parse_args(arguments)
    folder, verdicts = KINDS[asked.kind]
    found = list(verdicts(folder(asked.folder), asked.group))
    for line in lines(found, asked.show):
        print(line)
    if asked.all:
        for line in informational(found):
            print(line)
    return int(any(each.is_failure for each in found))


if __name__ == "__main__":
    sys.exit(main())
