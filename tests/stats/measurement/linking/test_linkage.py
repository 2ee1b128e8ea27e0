import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.linking.linkage import LinkageRule, Unlinked, linkage


def items(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("shared", "own", "dropped", "reason"),
    [
        (15, 0, 0, None),
        (15, 60, 0, None),  # 15 of 75 is a fifth
        (15, 61, 0, Unlinked.TOO_SMALL_A_SHARE),
        (20, 30, 5, None),
        (20, 30, 6, Unlinked.TOO_FEW),
        (14, 0, 0, Unlinked.TOO_FEW),
        (5, 0, 5, Unlinked.TOO_FEW),
        (0, 40, 0, Unlinked.NONE_SHARED),
    ],
)
def test_waves_are_linked_by_fifteen_anchors_and_a_fifth_of_the_test(shared, own, dropped, reason):
    anchors = items("anchor", shared)
    found = linkage(
        anchors + items("old", own), items("new", own) + anchors, dropped=anchors[:dropped]
    )
    assert found.unlinked == reason
    assert found.is_linked == (reason is None)
    assert found.anchors == tuple(anchors[dropped:])
    assert found.dropped == tuple(anchors[:dropped])


def test_the_longer_test_sets_the_share():
    anchors = items("anchor", 15)
    assert linkage(anchors, anchors + items("new", 61)).unlinked is Unlinked.TOO_SMALL_A_SHARE
    assert linkage(anchors + items("old", 61), anchors).required == 16


def test_an_item_dropped_but_never_shared_is_not_counted():
    anchors = items("anchor", 15)
    found = linkage([*anchors, "alone"], anchors, dropped=["alone", "elsewhere"])
    assert found.dropped == ()
    assert found.is_linked


def test_linked_waves_pass():
    anchors = items("anchor", 15)
    linkage(anchors, anchors).require()


def test_unlinked_waves_are_refused_with_names_and_numbers():
    anchors = items("anchor", 15)
    verdict = linkage(anchors, anchors, dropped=["anchor3"])
    with pytest.raises(ContractError) as refusal:
        verdict.require()
    text = str(refusal.value)
    assert "unlinked: expected 15 anchors or more, got 14" in text
    assert "anchors left out: anchor3" in text
    assert "anchors that stay: anchor0, anchor1" in text
    assert "publish no change" in text


def test_waves_without_a_shared_item_are_refused():
    with pytest.raises(ContractError, match="expected 15 anchors or more, got 0"):
        linkage(["a"], ["b"]).require()
    assert linkage([], []).unlinked is Unlinked.NONE_SHARED


def test_another_rule_is_followed():
    rule = LinkageRule(anchors=2, share=0.5)
    assert linkage(["a", "b", "c"], ["a", "b", "d"], rule=rule).is_linked
    assert not linkage(["a", "b", "c"], ["a", "d", "e"], rule=rule).is_linked


@pytest.mark.parametrize(("old", "new", "wave"), [("aab", "b", "old"), ("b", "bcc", "new")])
def test_an_item_twice_in_a_test_is_refused(old, new, wave):
    with pytest.raises(ContractError, match=f"{wave} wave: expected each item once"):
        linkage(list(old), list(new))
