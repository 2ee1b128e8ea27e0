"""Tables on disk: checked on both sides, byte for byte the same for the same rows."""

import pandas as pd
import pytest

from pipeline.errors import ContractError
from pipeline.io import parquet
from pipeline.tables import ANSWERS, SCORES


@pytest.fixture
def scores() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent_id": ["w-2", "w-1", "w-1"],
            "standard": ["quiz@1", "quiz@1", "exam@2"],
            "score": [7.5, 0.1 + 0.2, 100.0],
            "is_literate": [True, False, True],
            "level": ["high", None, "high"],
        }
    )


def test_rows_come_back_sorted_by_their_key(scores, tmp_path):
    parquet.write(SCORES, scores, tmp_path)
    back = parquet.read(SCORES, tmp_path)
    assert back[["respondent_id", "standard"]].to_numpy().tolist() == [
        ["w-1", "exam@2"],
        ["w-1", "quiz@1"],
        ["w-2", "quiz@1"],
    ]


def test_values_come_back_to_the_last_bit(scores, tmp_path):
    parquet.write(SCORES, scores, tmp_path)
    back = parquet.read(SCORES, tmp_path)
    assert back["score"].tolist() == [100.0, 0.1 + 0.2, 7.5]
    assert back["is_literate"].tolist() == [True, False, True]
    assert back["level"].isna().tolist() == [False, True, False]


def test_the_order_of_rows_changes_no_byte(scores, tmp_path):
    for name, rows in (("one", scores), ("other", scores.iloc[::-1])):
        (tmp_path / name).mkdir()
        parquet.write(SCORES, rows, tmp_path / name)
    one, other = (tmp_path / name / "scores.parquet" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_columns_of_the_questionnaire_follow_those_of_the_contract(tmp_path):
    answers = pd.DataFrame({"q2": [1, -2], "respondent_id": ["b", "a"], "q1": [3, 4]})
    parquet.write(ANSWERS, answers, tmp_path)
    back = parquet.read(ANSWERS, tmp_path)
    assert back.to_dict("list") == {"respondent_id": ["a", "b"], "q2": [-2, 1], "q1": [4, 3]}


def test_an_empty_table_keeps_its_types(scores, tmp_path):
    parquet.write(SCORES, scores.iloc[:0], tmp_path)
    back = parquet.read(SCORES, tmp_path)
    assert back.empty
    assert back.dtypes.map(lambda kind: kind.kind).tolist() == ["O", "O", "f", "b", "O"]


def test_a_folder_with_a_quote_and_chinese_characters_is_written(scores, tmp_path):
    folder = tmp_path / "it's 科学"
    folder.mkdir()
    parquet.write(SCORES, scores, folder)
    assert len(parquet.read(SCORES, folder)) == 3


def test_a_table_that_breaks_its_contract_is_not_written(scores, tmp_path):
    with pytest.raises(ContractError, match="column score is missing"):
        parquet.write(SCORES, scores.drop(columns="score"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_table_changed_by_another_program_is_refused(scores, tmp_path):
    parquet.write(SCORES, scores, tmp_path)
    (tmp_path / "answers.parquet").write_bytes((tmp_path / "scores.parquet").read_bytes())
    with pytest.raises(ContractError, match="key respondent_id: expected one row each"):
        parquet.read(ANSWERS, tmp_path)


def test_a_missing_table_says_how_to_make_it(tmp_path):
    with pytest.raises(ContractError, match=r"scores\.parquet: the table is missing") as caught:
        parquet.read(SCORES, tmp_path)
    assert "dvc repro" in caught.value.hint
