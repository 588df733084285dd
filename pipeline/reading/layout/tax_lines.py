"""What the sum of one row comes to with tax, by what the row says and by its price and quantity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.core.money import ONE, fen, times, yuan

THOUSAND = 1000
RATES = tuple(Decimal(rate) / 100 for rate in (0, 1, 3, 5, 6, 9, 10, 11, 13, 16, 17))  # that there are, or were
NEAR = Decimal("0.002")  # of a sum: prices are rounded before they are multiplied; rates lie five times further apart


@dataclass
class Line:
    """What one row says of tax. Fen; `base`: price by quantity, as far as it can be counted.

    `is_gross` of the sum and `is_price_gross` are None where nothing says it. `given`: by the row or the whole table.
    """

    amount: int | None
    is_gross: bool | None
    is_price_gross: bool | None
    given: bool | None
    rate: Decimal | None
    tax: int | None
    beside: int | None  # the same sum in another column
    base: tuple[int, ...]

    def settle(self) -> int | None:
        """Return the sum with tax, None where it is not known; sets what was not said before."""
        gross = self._find_gross() if self.amount else self.amount
        if self.is_price_gross is None:
            self.is_price_gross = self.given
        if gross:
            self._find_rate_and_price(gross)
        return gross

    def _find_gross(self) -> int | None:
        amount = self.amount or 0
        if self.is_gross is not True and self.beside is not None and _rate_of(self.beside, amount):
            amount, self.beside, self.is_gross = self.beside, amount, True
            self.amount = amount
        if self.is_gross is None:
            self.is_gross = self._is_gross_by_tax()
        if self.is_gross is None:
            self.is_gross = self._is_gross_by_price()
        return amount if self.is_gross else self._with_tax(amount)

    def _with_tax(self, net: int) -> int | None:
        if self.tax is not None:
            return net + self.tax
        return times(yuan(net), ONE + self.rate) if self.rate is not None else None

    def _is_gross_by_tax(self) -> bool | None:
        """Of a sum and its tax: which of the two readings comes nearer to a rate that there is."""
        if not self.tax or not self.amount or self.tax == self.amount:
            return None
        rates = RATES if self.rate is None else (self.rate,)
        off_net = min(abs(Decimal(self.tax) / self.amount - rate) for rate in rates)
        off_gross = min(abs(Decimal(self.tax) / (self.amount - self.tax) - rate) for rate in rates)
        return None if min(off_net, off_gross) > NEAR or off_net == off_gross else off_gross < off_net

    def _is_gross_by_price(self) -> bool:
        """A sum of which only the price says something: it holds the tax unless it is price by quantity."""
        is_net = self.given is False if self.is_price_gross is None else not self.is_price_gross
        if not is_net or (not self.base and self.is_price_gross is False):
            return True
        if not self.base or not self.amount:
            return False
        if self.rate is None and self.tax is None:
            self.rate = next((rate for base in self.base if (rate := _rate_of(self.amount, base))), None)
            return self.rate is not None
        with_tax = [self._with_tax(base) for base in self.base]
        return _distance(self.amount, with_tax) < _distance(self.amount, self.base)

    def _find_rate_and_price(self, gross: int) -> None:
        """Where nothing says it, a price that makes the sum before tax is one before tax."""
        net = self.beside if self.is_gross else self.amount
        if self.is_gross and net is None and self.tax is not None:
            net = gross - self.tax
        if self.rate is None and net is not None:
            self.rate = _rate_of(gross, net)
        if self.is_price_gross is not None or not self.base:
            return
        if net is None and self.rate is not None:
            net = fen(yuan(gross) / (ONE + self.rate))
        if net is not None and _distance(net, self.base) <= abs(net) * NEAR:
            self.is_price_gross = None if _distance(gross, self.base) <= _distance(net, self.base) else False


def counted_sums(price: object, qty: object, discount: object, off: object) -> tuple[int, ...]:
    """Return price by quantity in fen, with the discount of the row in every way it may be read; nothing without both.

    As they are stored: the price a text, the quantity in thousandths, the discount its reading and figure, fen.
    """
    if not isinstance(price, str) or not isinstance(qty, int):
        return ()
    factors = [ONE]
    if isinstance(discount, str):
        part = Decimal(discount.partition("=")[2])
        factors += [part, ONE - part]
    less = {0, off if isinstance(off, int) else 0}
    full = Decimal(price), Decimal(qty) / THOUSAND
    return tuple(times(*full, factor) - each for factor in factors for each in less)


def agreed_sum(value: object, line: Line, gross: object) -> object:
    """Return what was confirmed with tax: it is as the sum of the row, before tax where that is nearer."""
    if not isinstance(value, int) or not isinstance(gross, int) or line.is_gross or line.amount is None:
        return value
    if abs(value - gross) <= abs(value - line.amount) and gross != line.amount:
        return value
    if value == line.amount:
        return gross
    return times(yuan(value), ONE + line.rate) if line.rate is not None else None


def _rate_of(gross: int | None, net: int) -> Decimal | None:
    """Return the rate of tax, above nothing, that makes one sum the other; None where none does."""
    if not gross or not net:
        return None
    found = Decimal(gross) / net - ONE
    rate = min(RATES, key=lambda rate: abs(rate - found))
    return rate if rate and abs(rate - found) <= NEAR else None


def _distance(amount: int, others: Iterable[int | None]) -> Decimal:
    return Decimal(min(abs(amount - other) for other in others if other is not None))
