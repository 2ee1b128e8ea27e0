"""Scoring standards: sums that fit, levels in order, and texts that must not be used."""

import pytest

from pipeline.config.loading import parse
from pipeline.config.standard import AgeRange, Standard, load_standard
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind


def refusal(content) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(Standard, content, "quiz.toml")
    return str(caught.value)


def test_a_standard_is_named_with_its_version(standard):
    assert parse(Standard, standard, "quiz").label == "quiz@1"


def test_dimensions_that_do_not_add_to_the_maximum_are_refused(standard):
    standard["dimensions"][0]["points"] = 5
    assert "dimensions sum to 9 points, expected score_max 10" in refusal(standard)


def test_points_with_decimals_add_up_on_paper(standard):
    # 0.1 + 0.2 is not 0.3 in binary.
    for dimension, points in zip(standard["dimensions"], (0.1, 0.2), strict=True):
        dimension["points"] = points
    assert parse(Standard, standard | {"score_max": 0.3}, "quiz").score_max == 0.3


def test_dimensions_without_points_need_no_sum(standard):
    for dimension in standard["dimensions"]:
        del dimension["points"]
    assert parse(Standard, standard, "quiz").dimensions[0].points is None


def test_levels_out_of_order_are_refused(standard):
    standard["levels"].reverse()
    assert "levels must stand highest cut first" in refusal(standard)


def test_an_unknown_pass_rule_is_refused_with_the_known_ones(standard):
    standard["pass"]["rule"] = "best_of_three"
    assert "'total', 'every_dimension'" in refusal(standard)


def test_benchmarks_must_cover_the_points_without_a_gap(standard):
    marks = [
        {"id": 1, "title_zh": "", "title_en": "A", "first_point": 1, "last_point": 4},
        {"id": 2, "title_zh": "", "title_en": "B", "first_point": 6, "last_point": 7},
    ]
    standard["blueprint"] = {
        "items": 2,
        "points_each": 5,
        "types": ["single"],
        "benchmarks": marks,
    }
    assert "benchmark 2 starts at 6, not 5" in refusal(standard)


def test_kinds_of_missing_answer_that_leave_no_score(standard):
    standard["missing"]["refused"] = "not_scored"
    kinds = parse(Standard, standard, "quiz").missing.unscored_kinds()
    assert kinds == {MissingKind.NOT_ASKED, MissingKind.REFUSED}


@pytest.mark.parametrize(
    ("outer", "inner", "covered"),
    [
        ((18, 69), (18, 69), True),
        ((18, 69), (20, 60), True),
        ((18, 69), (16, 69), False),
        ((18, 69), (18, 70), False),
        ((18, 69), (18, None), False),
        ((18, None), (18, None), True),
        ((18, None), (20, 99), True),
        ((18, None), (17, 99), False),
    ],
)
def test_a_range_of_ages_covers_another(outer, inner, covered):
    outer, inner = (AgeRange(age_min=low, age_max=high) for low, high in (outer, inner))
    assert outer.covers(inner) is covered


def test_a_range_of_ages_reads_like_a_sentence():
    assert str(AgeRange(age_min=18, age_max=69)) == "18-69"
    assert str(AgeRange(age_min=18)) == "18 and over"


@pytest.mark.parametrize("name", ["cast_100", "benchmark_2016", "miller_3part"])
def test_shipped_standards_are_sound(project, name):
    assert load_standard(project / f"survey_instruments/standards/{name}.toml").id == name


def test_the_draft_of_the_benchmark_is_refused_with_its_reason(project):
    path = project / "survey_instruments/standards/benchmark_draft130.toml"
    with pytest.raises(ConfigError, match=r"benchmark_draft130 is refused: .+benchmark_2016"):
        load_standard(path)


def test_a_standard_in_a_file_of_another_name_is_refused(project, tmp_path):
    shipped = project / "survey_instruments/standards/cast_100.toml"
    copy = tmp_path / "cast_70.toml"
    copy.write_bytes(shipped.read_bytes())
    with pytest.raises(ConfigError, match="key id: expected cast_70, got cast_100"):
        load_standard(copy)
