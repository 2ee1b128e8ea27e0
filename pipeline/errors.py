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
│       └── UnscaledItemsError
├── FontMissingError 14
└── WorkspaceError 16    a command was given in the wrong place or state

A message says where, what was expected, what came and what to do. It never carries
a respondent's value: the same text goes to logs that leave the evaluator's machine.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


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

    def put_within(self, place: str) -> None:
        """Tell that the error came up within a wave, a plan or another larger place."""
        self.where = f"{place}, {self.where}"
        self.args = (self._message(),)

    def __reduce__(self) -> tuple[Any, ...]:
        """Workers hand errors over as bytes, where the message alone makes no error."""
        return _restored, (type(self), self.args, vars(self))

    def _message(self) -> str:
        if len(self.faults) == 1:
            text = f"{self.where}: {self.faults[0]}"
        else:
            text = "\n  - ".join([f"{self.where}: {len(self.faults)} faults", *self.faults])
        return f"{text}\n  -> {self.hint}" if self.hint else text


def _restored(
    kind: type[PipelineError], args: tuple[Any, ...], state: dict[str, Any]
) -> PipelineError:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(state)
    return error


@contextmanager
def within(place: str) -> Iterator[None]:
    """Errors that come up inside say at which larger place, such as a wave."""
    try:
        yield
    except PipelineError as error:
        error.put_within(place)
        raise


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
    """An iteration, such as raking, did not reach its tolerance."""


class UnscaledItemsError(NotConvergedError):
    """Items have no place on a scale; without the first of them another attempt may succeed."""

    def __init__(
        self, where: str, faults: str | Sequence[str], *, items: Sequence[int], hint: str = ""
    ) -> None:
        """Collect all faults found at one place.

        Args:
            where: as for every error.
            faults: likewise.
            items: numbers of the items from 0, the worst first.
            hint: what to do.
        """
        super().__init__(where, faults, hint=hint)
        self.items = tuple(items)


class FontMissingError(PipelineError):
    """A character has no glyph in the vendored fonts."""

    exit_code = 14


class MicrodataError(PipelineError):
    """A delivered microdata file does not match its column map."""

    exit_code = 15


class WorkspaceError(PipelineError):
    """A command was given in the wrong place or state."""

    exit_code = 16
