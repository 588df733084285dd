"""What a text means among the numbers that are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.orders.known_numbers import EXACT, LISTED, NAMED, NEAR, SEVERAL, UNKNOWN, KnownNumbers, told_apart

NUMBERS = (
    *("202405-001", "202405-002", "202405-003", "SO-202601001", "QT-202601001", "PO 1/2", "沪2026字018号"),
    *("88", "2507853", "20260305", "202406-001A", "X-9", "007", "7-1", "07-1", "G-1", "G-1-2-1"),
)
ALSO = {"ht-1": ("202405-001", "202405-002"), "24442000000000000011": ("X-9",)}


def known() -> KnownNumbers:
    return KnownNumbers(dict.fromkeys(NUMBERS, ""), ALSO)


@pytest.mark.parametrize(
    ("text", "how", "numbers"),
    [
        ("202405-001", EXACT, "202405-001"),
        ("so-202601001", EXACT, "SO-202601001"),
        ("HT-1", NAMED, "202405-001 202405-002"),
        ("202405001", NEAR, "202405-001"),
        ("202405-1", NEAR, "202405-001"),
        ("7", NEAR, "007"),
        ("PO1/2", NEAR, "PO 1/2"),
        ("202405-001-1", NEAR, "202405-001"),
        ("202405-001A", NEAR, "202405-001"),
        ("202405-001补", NEAR, "202405-001"),
        ("202405-001(改)", NEAR, "202405-001"),
        ("202406-001", NEAR, "202406-001A"),
        ("7-01", SEVERAL, "07-1 7-1"),
        ("202405-001/003", LISTED, "202405-001 202405-003"),
        ("202405-001~003", LISTED, "202405-001 202405-002 202405-003"),
        ("202405-001 ~ 202405-003", LISTED, "202405-001 202405-002 202405-003"),
        ("202405-001 X-9", LISTED, "202405-001 X-9"),
        ("202405-001/004", UNKNOWN, ""),
        ("202405-003~001", UNKNOWN, ""),
        ("202405-009", UNKNOWN, ""),
        ("202601001", UNKNOWN, ""),
        ("PO 1", UNKNOWN, ""),
    ],
)
def test_number_means_one_that_is_known(text: str, how: str, numbers: str) -> None:
    meant = known().means(text)
    asked = [number for number in NUMBERS if number in meant.numbers]
    wanted = [number for number in NUMBERS if number in numbers] if " " in numbers else [numbers] * bool(numbers)
    assert (meant.how, sorted(asked)) == (how, sorted(set(wanted)))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("货款 202405-001/003", ("202405-001", "202405-003")),
        ("付202405001、202405—002等", ("202405-001", "202405-002")),
        ("202405-001~003", ("202405-001", "202405-002", "202405-003")),
        ("202405-001，3000元", ("202405-001",)),
        ("202405-001，002元", ("202405-001",)),
        ("付发票24442000000000000011", ("X-9",)),
        ("合同HT-1款", ("202405-001", "202405-002")),
        ("PO 1/2货款", ("PO 1/2",)),
        ("沪2026字018号货款", ("沪2026字018号",)),
        ("2507853货款", ("2507853",)),
        ("订单88货款", ("88",)),
        ("付88元", ()),
        ("共88件", ()),
        ("2507853元", ()),
        ("2507853.50", ()),
        ("3月5日", ()),
        ("20260305付款", ()),
        ("202405-001-9", ()),
        ("SO-202601001A", ()),
        ("13800138000", ()),
        ("", ()),
    ],
)
def test_numbers_stand_inside_a_text_as_whole_words(text: str, numbers: tuple[str, ...]) -> None:
    assert known().inside(text) == numbers


@pytest.mark.parametrize(("last", "count"), [("020", 20), ("021", 0)], ids=["twenty", "twenty-one"])
def test_range_has_an_end(last: str, count: int) -> None:
    numbers = KnownNumbers({f"202405-{serial:03d}": "" for serial in range(1, 30)})
    assert len(numbers.means(f"202405-001~{last}").numbers) == count


def test_number_of_two_customers_is_the_one_of_whoever_names_it() -> None:
    other = told_apart("PO-1", "乙公司")
    numbers = KnownNumbers({"PO-1": "甲", other: "乙"})
    assert (numbers.means("po-1", "乙").numbers, numbers.means("PO-1", "甲").numbers) == ((other,), ("PO-1",))
    assert numbers.means("PO-1").how == numbers.means("PO-1", "丙").how == SEVERAL
    assert (numbers.inside("付PO-1", "乙"), numbers.inside("付PO-1")) == ((other,), ())


def test_number_of_another_customer_is_not_near() -> None:
    assert KnownNumbers({"PO-001": "甲"}).means("PO-1", "乙").how == UNKNOWN


@given(text=st.text("0123456789AB-/号 ", min_size=1, max_size=12).filter(str.strip), other=st.text(max_size=20))
def test_known_number_always_means_itself(text: str, other: str) -> None:
    numbers = KnownNumbers({text: "", "SO-1": ""})
    assert numbers.means(text).numbers == (text,)
    numbers.means(other)
    numbers.inside(other)
