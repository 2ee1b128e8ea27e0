"""Columns about the future: forecasts, attainment, scenarios."""

from pipeline.fields.field import Field

COLUMNS: tuple[Field, ...] = ()
