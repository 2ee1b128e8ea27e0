"""Office files whose bytes depend on their content alone."""

import io
import re
import zipfile

# The earliest date a zip can hold: no file carries the day it was made.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = "1980-01-01T00:00:00Z"
_CORE = "docProps/core.xml"
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def normalised(content: bytes) -> bytes:
    """The same archive with sorted entries, fixed dates and no trace of the machine."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in sorted(source.namelist()):
            part = source.read(name)
            if name == _CORE:
                part = _DATES.sub(rb"\g<1>" + _STAMP.encode() + rb"\g<2>", part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0
            entry.create_system = 0
            target.writestr(entry, part)
    return buffer.getvalue()
