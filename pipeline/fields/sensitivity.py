"""Columns of the specification curve."""

from pipeline.fields.field import Field

COLUMNS: tuple[Field, ...] = ()
