"""Archives of the same content become the same bytes."""

import io
import zipfile

from pipeline.present.archive import normalised

CORE = (
    '<cp:coreProperties xmlns:dcterms="t"><dcterms:created xsi:type="W3CDTF">{day}'
    '</dcterms:created><dcterms:modified xsi:type="W3CDTF">{day}</dcterms:modified>'
    "</cp:coreProperties>"
)


def archive(day, names):
    """An office file made on some day, its parts in some order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in names:
            text = CORE.format(day=f"{day}T08:00:00Z") if name.endswith("core.xml") else name
            target.writestr(zipfile.ZipInfo(name, (2026, 1, int(day[-2:]), 0, 0, 0)), text)
    return buffer.getvalue()


def test_day_and_order_leave_no_trace_and_content_stays():
    names = ["word/document.xml", "docProps/core.xml", "[Content_Types].xml"]
    first = normalised(archive("2026-01-02", names))
    assert first == normalised(archive("2026-01-03", names[::-1]))
    with zipfile.ZipFile(io.BytesIO(first)) as made:
        assert made.read("word/document.xml") == b"word/document.xml"
        assert b"2026" not in made.read("docProps/core.xml")
