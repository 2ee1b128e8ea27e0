"""The brief as an office program lays it out: pages, and nothing empty."""

import os
import re
import shutil
import subprocess

import pytest

from pipeline.present.brief import brief
from tests.present.monitors import context
from tests.present.tables import results

PROGRAMS = ("soffice", "pdftotext")


@pytest.fixture(scope="module")
def office():
    """LibreOffice and poppler, which users need not have and CI must."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {', '.join(missing)}")
    if missing:
        pytest.skip(f"needs {', '.join(missing)} (libreoffice-writer, poppler-utils)")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_brief_is_short_and_no_page_is_empty(office, tmp_path, language):
    path = tmp_path / "brief.docx"
    path.write_bytes(brief(results(), context(language)))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    convert = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*convert, str(path)], check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "brief.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) <= 6  # four without the measurement
    assert all(len(re.sub(r"\s", "", page)) > 150 for page in pages)
