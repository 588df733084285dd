"""Same customer, or only alike?"""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.orders.customers import customer_key, link, suggest, tokens


def column(*names):
    return pd.Series(list(names), dtype="str")


def book(*rows):
    return pd.DataFrame({"customer_name": column(*(n for n, _ in rows)), "aliases": column(*(a for _, a in rows))})


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("杭州夜航智造有限公司", "杭州夜航智造有限责任公司"),
        ("杭州夜航智造有限公司", "杭州夜航智造股份有限公司"),
        ("杭州夜航（上海）有限公司", "杭州夜航(上海)有限公司"),
        ("杭州 夜航 有限公司", "杭州夜航有限公司"),
        ("ＡＢＣ电子有限公司", "abc电子有限公司"),
        ("Night Flight Co., Ltd.", "NIGHT FLIGHT CO.,LTD"),
        ("Night Flight Co., Ltd.", "Night Flight Limited"),
    ],
)
def test_key_is_equal_when_only_the_writing_differs(name, other):
    keys = customer_key(column(name, other))
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("杭州夜航有限公司", "杭州夜行有限公司"),
        ("华东贸易公司", "华东商贸公司"),
        ("夜航(上海)有限公司", "夜航(北京)有限公司"),
    ],
)
def test_key_differs_when_a_word_differs(name, other):
    keys = customer_key(column(name, other))
    assert keys[0] != keys[1]


def test_key_is_missing_when_the_name_is():
    assert customer_key(column("甲", None)).isna().tolist() == [False, True]


def test_key_keeps_the_name_when_it_is_nothing_but_a_legal_form():
    assert customer_key(column("有限公司"))[0] == "有限公司"


@pytest.mark.parametrize("listed", ["夜航;小夜", "小夜；夜航", "小夜、夜航", "小夜,夜航", "小夜，夜航"])
def test_link_by_alias_when_listed(listed):
    customers = book(("杭州夜航智造有限公司", listed), ("宁波远山有限公司", None))
    assert link(column("夜航", "宁波远山", "别家"), customers).tolist() == ["杭州夜航智造", "宁波远山", "别家"]


def test_link_to_neither_when_two_customers_claim_the_alias():
    customers = book(("甲有限公司", "老王"), ("乙有限公司", "老王"))
    assert link(column("老王"), customers)[0] == "老王"


def test_link_keeps_a_customer_when_another_lists_its_name():
    customers = book(("甲厂", "乙厂"), ("乙厂", None))
    assert link(column("乙厂"), customers)[0] == "乙厂"


def test_tokens_leave_out_places_trades_and_legal_forms():
    assert tokens("杭州夜航电子科技有限公司") == {"夜航"}


def test_suggest_by_a_word_that_tells_apart():
    customers = book(("杭州夜航智造有限公司", None), ("杭州远山科技有限公司", None), ("上海夜航贸易有限公司", None))
    assert suggest("夜航电子", customers) == ["上海夜航贸易有限公司", "杭州夜航智造有限公司"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("深圳甲科技", ["深圳市甲科技有限公司"]),  # one letter, and all there is
        ("深圳甲乙科技", []),
        ("深圳乙科技", []),
        ("深圳科技", []),  # nothing tells it apart
    ],
)
def test_suggest_by_one_letter_when_nothing_else_tells_apart(name, found):
    assert suggest(name, book(("深圳市甲科技有限公司", None), ("深圳市科技有限公司", None))) == found


def test_suggest_nothing_when_only_the_city_is_shared():
    assert suggest("杭州明月科技有限公司", book(("杭州远山科技有限公司", None))) == []


def test_suggest_at_most_three():
    assert len(suggest("夜航", book(*((f"夜航{n}号有限公司", None) for n in range(5))))) == 3
