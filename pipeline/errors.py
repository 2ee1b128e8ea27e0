"""Every error a user of the pipeline can meet, with its exit code.

PipelineError (1)
├── ConfigError 10       a TOML/CSV file is wrong: file, key, expected, got
├── ContractError 11     a table breaks its contract: table, column, rule, how many rows
├── MicrodataError 15    a delivered file does not say what its column map promises
├── DesignError 12       the sampling design cannot carry the request
│   ├── LonelyPsuError
│   └── EmptyStratumError
├── CalibrationError 13
│   ├── MarginMismatchError
│   └── NotConvergedError
├── FontMissingError 14
└── WorkspaceError 16    a command was given in the wrong place or state

A message says where, what was expected, what came and what to do. It never carries
a respondent's value: the same text goes to logs that leave the evaluator's machine.
"""

from collections.abc import Sequence


class PipelineError(Exception):
    """Shown to the user without a traceback."""

    exit_code = 1

    def __init__(self, where: str, faults: str | Sequence[str], *, hint: str = "") -> None:
        """Collect all faults found at one place.

        Args:
            where: file, table or stage in which the faults were found.
            faults: one sentence per fault: expected and got.
            hint: what to do.
        """
        self.where = where
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        self.hint = hint
        super().__init__(self._message())

    def _message(self) -> str:
        if len(self.faults) == 1:
            text = f"{self.where}: {self.faults[0]}"
        else:
            text = "\n  - ".join([f"{self.where}: {len(self.faults)} faults", *self.faults])
        return f"{text}\n  -> {self.hint}" if self.hint else text


class ConfigError(PipelineError):
    """A data file that steers the pipeline is wrong."""

    exit_code = 10


class ContractError(PipelineError):
    """A table breaks its contract."""

    exit_code = 11


class DesignError(PipelineError):
    """The sampling design cannot carry the request."""

    exit_code = 12


class LonelyPsuError(DesignError):
    """A stratum has one primary sampling unit and the plan says "fail"."""


class EmptyStratumError(DesignError):
    """A stratum of the sampling record has no respondent."""


class CalibrationError(PipelineError):
    """Weights cannot be brought to the population margins."""

    exit_code = 13


class MarginMismatchError(CalibrationError):
    """Margins disagree with each other or with the sample's categories."""


class NotConvergedError(CalibrationError):
    """Raking did not reach the tolerance."""


class FontMissingError(PipelineError):
    """A character has no glyph in the vendored fonts."""

    exit_code = 14


class MicrodataError(PipelineError):
    """A delivered microdata file does not match its column map."""

    exit_code = 15


class WorkspaceError(PipelineError):
    """A command was given in the wrong place or state."""

    exit_code = 16
