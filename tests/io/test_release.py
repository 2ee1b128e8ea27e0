import duckdb
import pandas as pd
import pytest

from pipeline.io.release import write_csv, write_database


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    rows = {"wave": ["2025", "2025"], "estimate": [0.1, None], "category": ["=cmd", "乡村"]}
    return {"estimates": pd.DataFrame(rows)}


def test_the_database_repeats_to_the_byte(tables, tmp_path):
    # Thousands of rows of words and numbers, so that compression would be worth its while.
    words = [f"category {number % 7}" for number in range(5000)]
    tables["many"] = pd.DataFrame({"category": words, "estimate": [k / 7 for k in range(5000)]})
    paths = [tmp_path / folder / "monitor.duckdb" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        write_database(tables, path)
        _ = [bytearray(b"x" * size) for size in range(10_000)]  # other contents of free memory
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_database_answers_and_explains_its_columns(tables, tmp_path):
    path = tmp_path / "monitor.duckdb"
    write_database(tables, path)
    with duckdb.connect(str(path), read_only=True) as connection:
        count = connection.execute("SELECT count(*) FROM estimates").fetchone()
        comment = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE column_name = 'estimate'"
        ).fetchone()
    assert count == (2,)
    assert comment is not None
    assert "shares in [0, 1]" in comment[0]


def test_csv_opens_in_chinese_office_software_and_carries_its_mark(tables, tmp_path):
    write_csv(tables, tmp_path, "_模拟数据")
    content = (tmp_path / "estimates_模拟数据.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "乡村" in content.decode("utf-8-sig")
