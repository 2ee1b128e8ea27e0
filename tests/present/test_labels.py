"""Codes become names in the language of the output."""

import pytest

from tests.present.monitors import context, country

ZH, EN = context("zh-CN").labels, context("en").labels


@pytest.mark.parametrize(
    ("domain", "category", "chinese", "english"),
    [
        ("county", "510421", "米易县", "Miyi"),
        ("age_group", "18-29", "18-29岁", "18-29"),
        ("key_group", "farmer", "农民", "Farmers"),
        ("county*urban_rural", "510402*urban", "东区·城镇", "Dongqu, Urban"),
        ("all", "all", "攀枝花市", "Panzhihua"),
    ],
)
def test_a_category_has_the_name_of_the_instrument(domain, category, chinese, english):
    assert ZH.category(domain, category) == chinese
    assert EN.category(domain, category) == english


def test_a_name_missing_in_the_language_is_replaced_by_its_code():
    labels = country(words=context("zh-CN").words).labels
    assert labels.domain("region4") == "region4"
    assert labels.category("region4", "2") == "2"
    assert labels.area == "840"


@pytest.mark.parametrize(
    ("indicator", "name"),
    [
        ("is_literate", "公民具备科学素质的比例"),
        ("level:literate", "具备科学素质"),
        ("dimension:knowledge", "科学知识"),
        ("item:k01", "item:k01"),
    ],
)
def test_an_indicator_has_the_name_of_its_source(indicator, name):
    assert ZH.indicator(indicator) == name


def test_a_merged_margin_category_names_its_parts():
    name = ZH.margin_category("county_sex_age", "510403*male+female*18-29+30-39")
    assert name == "西区·男性、女性·18-29岁、30-39岁"
    assert ZH.margin("county_sex_age") == "县（区）·性别·年龄"


def test_key_groups_overlap_and_counties_do_not():
    assert ZH.overlaps("key_group")
    assert not ZH.overlaps("county")
