"""Columns of small areas: models of counties beside their direct figures."""

from pipeline.fields.field import Field

COLUMNS: tuple[Field, ...] = ()
