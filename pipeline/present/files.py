"""Names of the files people receive: what, which wave, which language, simulated or not."""

from pipeline.present.context import Context


def file_mark(context: Context) -> str:
    """Ending of a file name that tells simulated data; empty for real data."""
    if not context.is_synthetic:
        return ""
    return f"_{context.words('mark.synthetic').replace(' ', '_')}"


def file_name(name: str, kind: str, context: Context) -> str:
    """Such as `brief_2025_en_SIMULATED_DATA.docx`."""
    return f"{name}_{context.latest}_{context.words.language}{file_mark(context)}.{kind}"
