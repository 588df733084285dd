from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.orders.units import Units, plain_unit
from schemas.policy.units import UnitRatio, measures

D = Decimal
DECLARED = (
    UnitRatio("", "箱", D(10), "台"),
    UnitRatio("X200", "箱", D(12), "台"),
    UnitRatio("", "托", D(24), "箱"),
    UnitRatio("X300", "卷", D(50), "米"),
)


@pytest.mark.parametrize(
    ("unit", "other", "product", "count"),
    [
        ("箱", "台", (), D(10)),
        ("箱", "台", ("x200",), D(12)),  # what is said of the product goes first
        ("CTN", "units", ("X999",), D(10)),
        ("托", "台", (), D(240)),
        ("托", "台", ("X200", "P-1"), D(288)),
        ("卷", "厘米", ("X300",), D(5000)),
        ("卷", "厘米", (), None),
        ("吨", "公斤", (), D(1000)),
        ("斤", "克", (), D(500)),
        ("台", "台", (), D(1)),
        ("台", "套", (), None),
        ("米", "千克", (), None),
    ],
)
def test_units_are_counted_in_each_other(
    unit: str, other: str, product: tuple[str, ...], count: Decimal | None
) -> None:
    units = Units(DECLARED)
    assert units.count(unit, other, product) == count
    back = units.count(other, unit, product)
    assert back is None if count is None else abs(back * count - 1) < D("1e-20")  # type: ignore[operator]


def test_a_unit_that_a_side_does_not_say_is_the_usual_one() -> None:
    units = Units(())
    pairs: list[tuple[str | None, str | None]] = [("箱", None), (None, "台"), ("箱", "箱")]
    assert [units.factor(ours, theirs, ()) for ours, theirs in pairs] == [1, 1, 1]
    assert units.factor("箱", "台", (None, "X200")) is None


@pytest.mark.parametrize("unit", sorted({unit for ratio in measures() for unit in (ratio.unit, ratio.base)}))
def test_measures_are_spelled_as_units_are_compared(unit: str) -> None:
    assert Units(()).count(plain_unit(unit), unit) == 1
