"""Saying in which replicate a weighting step refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import PipelineError


@contextmanager
def in_replicate(r: int) -> Iterator[None]:
    """Lead the place of an error with the replicate's number; 0 is the full sample."""
    try:
        yield
    except PipelineError as error:
        place = f"replicate {r}" if r else "full sample"
        raise type(error)(f"{place}, {error.where}", error.faults, hint=error.hint) from error
