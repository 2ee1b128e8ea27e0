"""Output of a stage appears whole or not at all."""

import pytest

from pipeline.io.output import read_json, replacing, write_files, write_json


@pytest.fixture
def folder(tmp_path):
    """Output of an earlier run."""
    made = tmp_path / "score" / "2025"
    made.mkdir(parents=True)
    (made / "old.txt").write_text("old", encoding="utf-8")
    return made


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def stop_half_way(folder, fault: type[BaseException]) -> None:
    with replacing(folder) as out:
        (out / "half.txt").touch()
        raise fault


def test_new_output_replaces_the_old_as_a_whole(folder):
    with replacing(folder) as out:
        (out / "new.txt").touch()
        assert names(folder) == ["old.txt"]
    assert names(folder) == ["new.txt"]
    assert names(folder.parent) == ["2025"]


def test_the_first_output_makes_its_folders(tmp_path):
    with replacing(tmp_path / "trend" / "all") as out:
        (out / "new.txt").touch()
    assert names(tmp_path / "trend" / "all") == ["new.txt"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_run_that_fails_or_is_stopped_leaves_the_old_output(folder, fault):
    with pytest.raises(fault):
        stop_half_way(folder, fault)
    assert names(folder) == ["old.txt"]
    assert names(folder.parent) == ["2025"]


def test_what_a_killed_run_has_left_is_swept_away(folder):
    left = folder.with_name("2025.partial")
    left.mkdir()
    (left / "half.txt").touch()
    with replacing(folder) as out:
        assert names(out) == []
    assert names(folder.parent) == ["2025"]


def test_json_is_sorted_readable_and_comes_back(tmp_path):
    path, facts = tmp_path / "facts.json", {"rows": 3, "file": "数据.sav"}
    write_json(path, facts)
    assert path.read_text("utf-8") == '{\n  "file": "数据.sav",\n  "rows": 3\n}\n'
    assert read_json(path) == facts


def test_finished_files_are_written_by_name(tmp_path):
    write_files(tmp_path / "chart", {"a.svg": b"<svg/>", "b.png": b"\x89"})
    assert names(tmp_path / "chart") == ["a.svg", "b.png"]
    assert (tmp_path / "chart" / "b.png").read_bytes() == b"\x89"
