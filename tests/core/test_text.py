"""Text in one form: each step does what the one before leaves."""

from __future__ import annotations

import pytest

from pipeline.core.phrases import fill
from pipeline.core.text import clean_cell, fold, narrow, normalize, one_dash, without_blanks


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("'甲' 型", "'甲' 型"),
        ("'00123", "00123"),
        ('="a""b"', 'a"b'),
        ("一_x000D_\n\u200b二 \r\n\n三", "一\n二\n三"),
        ("ＡＢ　①", "ＡＢ ①"),
    ],
)
def test_clean_cell_takes_out_what_nobody_sees(written: str, cleaned: str) -> None:
    assert clean_cell(written) == cleaned


def test_each_step_changes_more_than_the_one_before() -> None:
    text = "Ａ－①　ﬁ㎡ b"
    assert narrow(text) == "A-①　ﬁ㎡ b".replace("\u3000", " ")
    assert normalize(text) == "A-1 fim2 b"
    assert without_blanks(text) == "Ａ－①ﬁ㎡b"
    assert fold(text) == "a-1fim2b"


@pytest.mark.parametrize("dash", "‐‑–—−－")
def test_every_dash_is_one(dash: str) -> None:
    assert one_dash(f"202405{dash}001") == "202405-001"


@pytest.mark.parametrize(("one", "other"), [("ＤＮ 50", "dn50"), ("甲　乙\n丙", "甲乙丙"), ("Straße", "STRASSE")])
def test_fold_makes_alike_what_people_mean_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("sentence", "value", "said"),
    [
        ("差 {value} 元", "USD 1,000.00", "差 USD 1,000.00"),
        ("owed: CNY {value}", "EUR 5.00", "owed: EUR 5.00"),
        ("差 {value} 元", "1,000.00", "差 1,000.00 元"),
        ("产品「{value}」按元", "PVC 110.005", "产品「PVC 110.005」按元"),
        ("「{value}」元", "LED 12.50", "「LED 12.50」元"),
        ("{value} 元", "PVC 110.00", "PVC 110.00 元"),
    ],
)
def test_yuan_of_a_sentence_go_where_a_sum_says_its_own_currency(sentence: str, value: str, said: str) -> None:
    assert fill(sentence, value=value) == said
