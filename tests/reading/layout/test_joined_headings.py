"""Headings of two rows: a lower word under two upper ones is two columns, whatever the words are."""

from __future__ import annotations

from itertools import combinations

import pytest

from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.heading_names import aliases, fold_heading, known_name, listed_names
from pipeline.reading.layout.headings import find_heading
from pipeline.reading.layout.joined_headings import join_rows, subject
from schemas.incoming.kinds import KINDS
from schemas.language.words import load

ABOUT = ("", *(load()["reading.about"].zh, *load()["reading.about"].other[:3]))


def parted(kind: str) -> dict[str, list[tuple[str, str]]]:
    """Return lower word → upper words and fields, of every listed name that can be said on two storeys."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, field in listed_names(kind).items():
        for cut in range(2, len(name) - 1):
            upper, lower = name[:cut], name[cut:]
            if not name.isascii() and upper.isalpha() and lower.isalpha() and subject(upper) == upper:
                found.setdefault(lower, []).append((upper, field))
    return found


def columns(row: str, below: str) -> dict[str, list[str]]:
    first, second = ([cell.replace("-", "") for cell in text.split()] for text in (row, below))
    fit = find_heading(Grid("x", [1, 2, 3], [[*first], [*second], ["x"] * len(first)])).fit
    assert fit is not None
    return {field: [fit.headings[at] for at in places] for field, places in fit.columns.items()}


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("kind", KINDS)
def test_any_two_names_that_end_alike_are_two_columns_on_two_storeys(kind: str, about: str) -> None:
    wrong = []
    for lower, uppers in parted(kind).items():
        for (one, first), (other, second) in combinations(uppers, 2):
            above = [f"{one}{about}", f"{other}{about}"]
            if first == second or any(known_name(f"{text}{lower}") for text in above if about):
                continue
            joined = join_rows(above, [lower, lower])
            meant = [aliases(kind).get(fold_heading(str(cell))) for cell in joined.cells]
            if meant != [first, second] or (known_name(lower) and not joined.is_needed):
                wrong.append((above, lower, meant))
    assert wrong == []


def test_the_law_is_about_many_pairs() -> None:
    assert sum(len({field for _, field in uppers}) > 1 for kind in KINDS for uppers in parted(kind).values()) > 20


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [
        (
            "订单号 客户信息 - 产品信息 - - 金额",
            "- 名称 电话 名称 型号 数量 -",
            {"customer_name": ["客户名称"], "phone": ["电话"], "product_name": ["产品名称"], "model": ["型号"]},
        ),
        (
            "客户 产品 数量 金额 收货人 - 经办 -",
            "- - - - 姓名 电话 姓名 电话",
            {"contact": ["收货人"], "phone": ["收货人电话"]},
        ),
        (
            "客戶資料 - 產品資料 - -",
            "名稱 電話 名稱 數量 單價",
            {"customer_name": ["客户名稱"], "product_name": ["产品名稱"]},
        ),
        (
            "基本信息 - - - 客户信息 -",
            "订单编号 产品 数量 金额 名称 备注",
            {"order_no": ["订单编号"], "customer_name": ["客户名称"], "remark": ["备注"]},
        ),
    ],
)
def test_two_storeys_as_companies_draw_them(above: str, below: str, said: dict[str, list[str]]) -> None:
    assert columns(above, below).items() >= said.items()


def test_what_a_lower_word_means_under_an_unknown_one_is_not_guessed() -> None:
    joined = join_rows(["收货人", "", "设计", ""], ["姓名", "电话", "姓名", "电话"])
    assert joined.cells == ["收货人", "收货人电话", "设计/姓名", "设计/电话"]


@pytest.mark.parametrize("title", ["2026年销售订单", "订单信息"])
def test_a_title_above_twice_the_same_word_parts_nothing(title: str) -> None:
    assert not join_rows([title, "", ""], ["订单号", "金额", "金额"]).is_needed


def test_words_above_that_only_say_that_they_are_about_something_change_nothing() -> None:
    joined = join_rows(["基本信息", "", "其他信息", ""], ["订单号", "备注", "客户", "备注"])
    assert joined.cells == ["订单号", "备注", "客户", "备注"]
