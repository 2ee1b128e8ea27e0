"""Figures as files: the same figure gives the same bytes, on any day."""

import io

from matplotlib.figure import Figure

from pipeline.present import theme

PNG_DPI = 300

# Dates and program names in file headers would make every run a new file.
_METADATA = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def export(figure: Figure) -> dict[str, bytes]:
    """The figure as svg, png (300 dpi) and pdf.

    Raises:
        FontMissingError: a character has no glyph in the vendored fonts.
    """
    return {kind: _saved(figure, kind) for kind in _METADATA}


def png(figure: Figure) -> bytes:
    """The figure as png alone."""
    return _saved(figure, "png")


def _saved(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    with theme.applied():
        figure.savefig(buffer, format=kind, dpi=PNG_DPI, metadata=_METADATA[kind])
    return buffer.getvalue()
