"""The form of a community: what interviewers need is on it, and simulated data say so."""

import openpyxl
import pytest

from pipeline.sampling.drawing import draw_strata
from pipeline.sampling.fieldwork_sheet import Form, fieldwork_sheet
from pipeline.sampling.planned import work_out
from pipeline.sampling.run import sheet_name
from pipeline.sampling.words import outcomes
from pipeline.stats.survey.planning.household_selection import KISH_TABLES


@pytest.fixture
def made(workspace, write_design):
    """The design and its draw of the first stratum."""
    planned = work_out(workspace, write_design(("visits = 3", "visits = 4"), more=""))
    return planned.design, draw_strata(planned)[0]


@pytest.fixture
def write_design(write_design):
    """The design with visits named."""
    given = ("response = 0.5", "response = 0.5\nvisits = 3")

    def write(*replacements, more=""):
        return write_design(given, *replacements, more=more)

    return write


def opened(community, design, tmp_path, population="18—69周岁常住居民"):
    form = Form(design=design, population=population, areas={"A": "甲县"})
    path = tmp_path / "form.xlsx"
    path.write_bytes(fieldwork_sheet(community, form))
    return openpyxl.load_workbook(path)


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_list_holds_every_household_with_its_table(made, tmp_path):
    design, stratum = made
    community = stratum.sample[0]
    sheet = opened(community, design, tmp_path)["登记表"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == list(range(1, 21))
    assert [row[1] for row in rows] == community.lines.tolist()
    assert [row[2] for row in rows] == community.tables.tolist()
    assert all(value is None for row in rows for value in row[3:])
    header = [cell.value for cell in sheet[2]]
    assert [name for name in header if name.startswith("第")] == [
        f"第{number}次上门\n（月/日/时）" for number in range(1, 5)
    ]


def test_the_first_page_says_where_what_and_how(made, tmp_path):
    design, stratum = made
    community = stratum.sample[0]
    told = texts(opened(community, design, tmp_path)["说明与抽样表"])
    assert told[:2] == ["测试调查", "入户抽样与访问登记表"]
    for expected in (
        "甲县（A）",
        community.psu,
        f"{community.listed} 户",
        str(community.lines[0]),
        f"{community.interval:.4f}",
        "正式样本",
    ):
        assert expected in told
    whole = "\n".join(told)
    assert "18—69周岁常住居民" in whole
    assert "每户至少上门4次" in whole
    assert "生日法" in whole
    assert {code for code, _, _ in outcomes()} <= set(told)


def test_the_eight_tables_are_those_of_kish(made, tmp_path):
    design, stratum = made
    sheet = opened(stratum.sample[0], design, tmp_path)["说明与抽样表"]
    rows = {}
    for row in sheet.iter_rows(values_only=True):
        if row[0] in {table.letter for table in KISH_TABLES}:
            rows[row[0]] = tuple(value for value in row[1:] if value is not None)
    assert rows == {table.letter: table.person for table in KISH_TABLES}


def test_it_prints_upright_on_a4_and_carries_the_mark(made, tmp_path):
    design, stratum = made
    for sheet in opened(stratum.sample[0], design, tmp_path).worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "模拟数据" in sheet.oddHeader.center.text
    real = design.model_copy(update={"frame": design.frame.model_copy(update={"origin": "real"})})
    book = opened(stratum.sample[0], real, tmp_path)
    assert not any("模拟" in text for sheet in book.worksheets for text in texts(sheet))
    assert all(sheet.oddHeader.center.text is None for sheet in book.worksheets)


def test_a_reserve_says_its_place_and_that_it_needs_approval(made, tmp_path):
    design, stratum = made
    reserve = stratum.reserve[0]
    told = texts(opened(reserve, design, tmp_path)["说明与抽样表"])
    assert "备用样本（本层第1顺位）" in told
    assert any("未经批准不得入户" in text for text in told)
    assert sheet_name(reserve, is_synthetic=True) == f"A_1_{reserve.psu}_模拟数据.xlsx"
    assert sheet_name(stratum.sample[0], is_synthetic=False) == f"{stratum.sample[0].psu}.xlsx"


def test_text_that_looks_like_a_formula_stays_text(made, tmp_path):
    design, stratum = made
    odd = design.model_copy(update={"title_zh": "=1+1"})
    assert texts(opened(stratum.sample[0], odd, tmp_path)["说明与抽样表"])[0] == "=1+1"


def test_outcomes_fill_the_columns_of_the_fieldwork_record():
    """Every code is an issued address; eligible ones are completed, refused or neither."""
    counted = {code: set(columns.split("、")) for code, _, columns in outcomes()}
    assert all("发放" in columns for columns in counted.values())
    assert [code for code, columns in counted.items() if "完成" in columns] == ["11"]
    for columns in counted.values():
        assert not {"完成", "拒访"} & columns or "合格" in columns
        assert not {"合格", "情况不明"} <= columns
