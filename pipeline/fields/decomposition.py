"""Columns of decompositions and standardised changes."""

from pipeline.fields.field import Field

COLUMNS: tuple[Field, ...] = ()
