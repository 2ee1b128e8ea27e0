"""What the commands say, in both languages."""

import re
from pathlib import Path

import pytest

from pipeline.workspace import words as module
from pipeline.workspace.words import section, words

PACKAGE = Path(module.__file__).parent
SENTENCES = {
    **{
        f"{name}.{key}": text
        for name in ("repro", "init", "doctor", "doctor_says")
        for key, text in section(name).items()
        if key != "seconds"
    },
    **{f"dvc_says.{n}": e["meaning"] for n, e in enumerate(section("dvc_says")["entries"])},
}


@pytest.mark.parametrize("key", SENTENCES.keys() - {"doctor_says.mended"})
def test_chinese_comes_first_and_english_second(key):
    assert re.search(r"[\u4e00-\u9fff].*[a-z]{2}", SENTENCES[key])
    assert re.search(r"[a-z]{2}[^\u4e00-\u9fff]*$", SENTENCES[key])


@pytest.mark.parametrize("key", [key for key in SENTENCES if not key.startswith("dvc_says")])
def test_every_sentence_is_used(key):
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    name, _, entry = key.partition(".")
    assert re.search(rf'_finding\("{entry}"' if name == "doctor" else f'"{key}"', code)


def test_gaps_are_filled():
    assert "ingest@2020" in words("repro.stopped", stage="ingest@2020", code=11)
