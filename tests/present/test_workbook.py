"""The workbook: figures of the frames, nothing withheld, nothing that a cell could run."""

import io

import openpyxl
import pandas as pd
import pytest

from pipeline.present.workbook import workbook
from tests.present.measurement import corrected, measured
from tests.present.monitors import context, country
from tests.present.tables import changes, country_results, estimates, gaps, results, verdicts

HEADER = 3  # rows up to and with the header


def opened(tables=None, own=None):
    content = workbook(tables or results(), own or context("en"))
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(sheet):
    """The table of a sheet."""
    head, *rows = sheet.iter_rows(min_row=HEADER, values_only=True)
    return pd.DataFrame(rows, columns=head)


@pytest.fixture(scope="module")
def book():
    return opened()


def test_every_table_has_its_sheet(book):
    assert book.sheetnames == [
        "Notes", "Headline", "By group", "Gaps", "Changes", "Ranks", "Targets", "References",
        "Weights", "Margins", "Items", "Reliability", "Accuracy", "Fairness", "Links",
        "Anchors", "Corrected", "Data",
    ]  # fmt: skip


def test_the_data_sheet_holds_the_released_frame_exactly(book):
    frame = results().estimates
    data = rows_of(book["Data"])
    assert list(data.columns) == [*frame.columns, "origin"]
    for name in ("estimate", "se", "ci_low", "ci_high", "n", "df"):
        assert data[name].astype(float).tolist() == pytest.approx(frame[name].tolist(), nan_ok=True)
    assert set(data["origin"]) == {"synthetic"}


def test_sheets_for_people_hold_the_same_figures(book):
    headline = rows_of(book["Headline"])
    shown = headline.query("Measure == 'share'").set_index("Year")["Estimate"]
    assert shown[2025] == pytest.approx(0.136)
    parts = rows_of(book["By group"]).query("Year == 2025 and Measure == 'share'")
    assert parts.set_index("Category")["Estimate"]["Dongqu"] == pytest.approx(0.179)
    assert set(parts["Grouping"]) >= {"County", "County, Urban and rural", "Key groups"}


def test_the_headline_comes_first_and_waves_of_a_figure_stand_together():
    other = estimates().assign(standard="benchmark_2016@2016")
    shuffled = pd.concat([other, estimates()]).sample(frac=1, random_state=7)
    book = opened(results(estimates=shuffled))
    first = rows_of(book["Headline"]).head(4)
    assert first["Year"].tolist() == [2020, 2022, 2023, 2025]
    assert set(first["Standard"]) == {"cast_100@2024"}
    assert set(first["Measure"]) == {"share"}
    groups = rows_of(book["By group"])["Grouping"].drop_duplicates().tolist()
    assert groups[:3] == ["County", "Urban and rural", "County, Urban and rural"]


def test_differences_are_in_points_and_ratios_are_not(book):
    rows = rows_of(book["Gaps"]).query("Year == 2025 and Gap == 'Sex'").set_index("Comparison")
    assert rows["Estimate"]["difference (points)"] == pytest.approx(2.7)
    assert rows["Estimate"]["ratio"] == pytest.approx(1.22)
    change = rows_of(book["Changes"]).iloc[-1]
    assert change["Change (points)"] == pytest.approx(1.2)
    assert change["Significant"] == "no"


def test_ranks_stand_with_the_places_their_errors_allow(book):
    rows = rows_of(book["Ranks"])
    assert rows["Category"].tolist() == ["Dongqu", "Xiqu"]
    assert rows["Possible places"].tolist() == ["1 to 2", "1 to 2"]
    assert set(rows["May be ranked"]) == {"no"}


def test_other_weightings_stand_beside_the_headline_and_never_in_it():
    blended = estimates().assign(weighting="blended")
    blended["estimate"] += 0.01
    book = opened(results(estimates=pd.concat([estimates(), blended])))
    rows = rows_of(book["Weightings"]).query("Year == 2025").set_index("Weighting")["Estimate"]
    assert rows["both blended"] == pytest.approx(rows["probability sample (headline)"] + 0.01)
    headline = rows_of(book["Headline"]).query("Measure == 'share' and Year == 2025")
    assert headline["Estimate"].tolist() == pytest.approx([0.136])


def test_verdicts_are_told_in_words(book):
    rows = rows_of(book["Targets"])
    assert rows["Target"].tolist() == ["2025 target", "2025 stretch target", "2035 goal"]
    assert rows["Verdict"].tolist() == ["not decided", "not decided", "below the target"]


def test_withheld_rows_show_words_to_people_and_nothing_to_programs():
    frame = estimates(**{"county/510422": (33.25, 9.0, 20)})
    held = {"flag": "withhold", "estimate": 0.33251, "change": 0.33252}
    tables = results(
        measurement=None,
        estimates=frame,
        gaps=gaps().assign(**{k: v for k, v in held.items() if k != "change"}),
        changes=changes().assign(**{k: v for k, v in held.items() if k != "estimate"}),
    )
    book = opened(tables)
    row = rows_of(book["By group"]).query("Category == 'Yanbian' and Year == 2025").iloc[0]
    assert row["Estimate"] == "too few data, withheld"
    assert row[["Lower limit", "Upper limit", "Standard error", "Effective sample"]].isna().all()
    cells = [cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line]
    numbers = [abs(cell) for cell in cells if isinstance(cell, float)]
    for share in (0.3325, 33.25):
        assert not [number for number in numbers if abs(number - share) < 1e-3 * share]


def test_labels_that_look_like_formulas_stay_text():
    own = context("en", references={"100000": '=HYPERLINK("http://x")', "510000": "@SUM(1)"})
    sheet = opened(own=own)["References"]
    cells = [cell for line in sheet.iter_rows(min_row=HEADER + 1, max_col=1) for cell in line]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} == {'=HYPERLINK("http://x")', "@SUM(1)"}


@pytest.mark.parametrize(("language", "mark"), [("zh-CN", "模拟数据"), ("en", "SIMULATED DATA")])
def test_every_sheet_is_marked_on_screen_and_in_print(language, mark):
    for sheet in opened(own=context(language)):
        assert mark in sheet["A1"].value
        assert mark in sheet.oddHeader.center.text
    for sheet in opened(own=context(language, is_synthetic=False)):
        assert mark not in sheet["A1"].value
        assert not sheet.oddHeader.center.text


def test_sheets_are_ready_to_read_and_to_print(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == f"A{HEADER + 1}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
        assert sheet.auto_filter.ref
    shares = [cell for cell in book["Targets"]["E"][HEADER:] if cell.value is not None]
    assert {cell.number_format for cell in shares} == {"0.0%"}


def test_notes_give_the_method_and_the_full_hashes(book):
    text = "\n".join(
        str(cell) for line in book["Notes"].iter_rows(values_only=True) for cell in line
    )
    assert "4f2a" * 16 in text
    assert "100-point civic science literacy standard (cast_100@2024)" in text
    assert "simulated data" in text


def test_the_same_results_give_the_same_bytes():
    assert workbook(results(), context("zh-CN")) == workbook(results(), context("zh-CN"))


def test_a_country_without_gaps_targets_or_margins_has_fewer_sheets():
    tables = country_results()
    book = opened(tables, country())
    assert book.sheetnames == ["Notes", "Headline", "By group", "Changes", "Weights", "Data"]
    assert "Northeast" in set(rows_of(book["By group"])["Category"])


def test_an_answer_indicator_without_a_standard_has_its_row():
    frame = estimates().assign(standard=None, indicator="channel")
    book = opened(results(estimates=pd.concat([estimates(), frame]), verdicts=verdicts()))
    assert "channel" in set(rows_of(book["Headline"])["Indicator"])


def test_words_are_never_cut_by_the_next_cell():
    sheet = opened().worksheets[2]  # by group: the sheet with the longest names
    place = [cell.value for cell in sheet[HEADER]].index("Category") + 1
    names = [cell.value for (cell,) in sheet.iter_rows(HEADER + 1, None, place, place)]
    letter = sheet.cell(HEADER, place).column_letter
    assert sheet.column_dimensions[letter].width >= max(map(len, names))


def test_sheets_of_the_measurement_hold_its_figures_in_words(book):
    items = rows_of(book["Items"]).query("Year == 2025").set_index("Item")
    assert items["Remarks"]["k07"] == "tells people apart poorly; clear difference between groups"
    assert items["Class of difference"]["k07"] == "C (large)"
    assert items["Anchor"]["k01"] == "yes"
    links = rows_of(book["Links"]).iloc[0]
    assert links[["From wave", "To wave", "Linked", "Anchors"]].tolist() == [2023, 2025, "yes", 19]
    shares = rows_of(book["Corrected"]).query("Year == 2025").set_index("Category")
    assert shares["Observed"]["Miyi"] == pytest.approx(0.106)
    assert shares["Estimate"]["Miyi"] == pytest.approx(0.081)


def test_a_workbook_quotes_no_item(book):
    cells = {
        cell
        for sheet in book
        for line in sheet.iter_rows(values_only=True)
        for cell in line
        if isinstance(cell, str)
    }
    assert not [cell for cell in cells if "mushrooms" in cell or "Stomach" in cell]


def test_a_corrected_share_is_withheld_with_the_raw_one():
    frame = estimates(**{"county/510422": (33.25, 9.0, 20)})
    known = corrected().assign(observed=lambda r: r["observed"].mask(r["category"] == "510422",
                                                                       0.33251))  # fmt: skip
    book = opened(results(estimates=frame, measurement=measured(corrected=known)))
    row = rows_of(book["Corrected"]).query("Category == 'Yanbian' and Year == 2025").iloc[0]
    assert row["Estimate"] == "too few data, withheld"
    assert row[["Observed", "Lower limit", "Upper limit", "Standard error"]].isna().all()


def test_without_a_measurement_the_workbook_says_nothing_of_it():
    book = opened(results(measurement=None))
    assert "Items" not in book.sheetnames
    notes = [str(c) for line in book["Notes"].iter_rows(values_only=True) for c in line]
    assert not [note for note in notes if "plausible" in note or "Mantel" in note]
