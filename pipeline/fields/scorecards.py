"""Columns of the counties' scorecards and the tasks behind them."""

from pipeline.fields.field import Field

COLUMNS: tuple[Field, ...] = ()
