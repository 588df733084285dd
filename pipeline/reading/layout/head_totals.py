"""Sums that a sheet of heads says of whole orders, beside the lines on another sheet that they are of.

Lines that say what they come to count by themselves, and a total that differs is told of. Lines whose sheet has no sums
come to the total as it is written, if price and quantity say the same but for what was not rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipeline.core.money import format_money, times, yuan
from pipeline.reading.layout.joined_lines import AMOUNT, HeadTotal, JoinedLines
from pipeline.reading.layout.order_totals import NOISE, ONE, PRICE, LinePrices
from pipeline.reading.layout.tax_words import says_tax
from pipeline.reading.layout.typed import TypedTable, as_shown
from pipeline.reading.results import CellFinding, params
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.orders import Orders

DIFFERS = "CELL-049"
GROSS = str(Orders.is_tax_included)


def settle_totals(joined: JoinedLines, typed: TypedTable) -> Iterator[CellFinding]:
    """Compare the totals of heads with their lines; give lines without sums of their own what they come to."""
    is_told = bool(joined.totals) or AMOUNT in joined.names
    if joined.data.fit.kind != Orders.name or not is_told or AMOUNT not in typed.columns:
        return
    yield from _WholeSums(joined, typed).settle()


class _WholeSums:
    def __init__(self, joined: JoinedLines, typed: TypedTable) -> None:
        self._joined, self._typed = joined, typed
        self._is_shared = AMOUNT in joined.names  # the lines have no column of sums
        self._amounts: list[Any] = typed.columns[AMOUNT].to_pylist()
        self._net: Sequence[Any] = typed.written.get(AMOUNT, ())
        self._lines = LinePrices.of(typed)
        self._priced = [self._lines.amount(at) for at in range(len(typed.numbers))]

    def settle(self) -> Iterator[CellFinding]:
        """Settle every total, and put the sums of lines that follow from their prices."""
        before, ofone = list(self._amounts), {at for total in self._joined.totals for at in total.lines}
        if self._is_before_tax():
            self._add_tax()
        for total in self._joined.totals:
            yield from self._share(total) if self._is_shared else self._compare(total)
        if self._is_shared:
            for at in set(range(len(before))) - ofone:
                self._amounts[at] = self._priced[at]
        if self._amounts != before:
            self._typed.store(AMOUNT, Orders.spec(AMOUNT), self._amounts)

    def _is_before_tax(self) -> bool:
        """Return whether the totals are what the lines come to with their rates of tax added, and none what they say.

        Only where neither the headings of the lines nor a column of theirs say it.
        """
        fit = self._joined.data.fit
        named = [fit.headings[fit.columns[name][0]] for name in (PRICE, AMOUNT) if name in fit.columns]
        if self._is_shared and AMOUNT in fit.columns:
            named.pop()  # the heading of the heads
        if GROSS in fit.columns or self._net or any(says_tax(heading) is not None for heading in named):
            return False
        plain = with_tax = 0
        for total in self._joined.totals:
            own: list[Any] = [self._sum_or_price(at) for at in total.lines]
            taxed: list[Any] = [self._taxed(at) for at in total.lines]
            written = parse_money(total.raw, total.unit).value
            if None not in own and isinstance(written, int):
                plain += abs(written - sum(own)) <= NOISE * len(own)
                with_tax += None not in taxed and own != taxed and abs(written - sum(taxed)) <= NOISE * len(own)
        return with_tax > plain

    def _add_tax(self) -> None:
        """Let every line with a rate come to what it does with tax."""
        taxed = [self._taxed(at) for at in range(len(self._amounts))]
        said: list[object] = [None if rate is None else False for rate in self._lines.rates]
        self._priced = [own if tax is None else tax for own, tax in zip(self._priced, taxed, strict=True)]
        if not self._is_shared:
            pairs = zip(self._amounts, taxed, strict=True)
            self._amounts = [own if own is None or tax is None else tax for own, tax in pairs]
        self._typed.store(GROSS, Orders.spec(GROSS), said)

    def _taxed(self, at: int) -> int | None:
        own, rate = self._sum_or_price(at), self._lines.rates[at]
        return None if own is None or rate is None else times(yuan(own), ONE + Decimal(rate))

    def _sum_or_price(self, at: int) -> Any:
        """What a line comes to by itself: the total of its head, put beside the first line, is none of that."""
        return self._priced[at] if self._is_shared else self._sum_of(at)

    def _share(self, total: HeadTotal) -> Iterator[CellFinding]:
        """Give the lines their own sums; what a line without a price comes to is what is left of the total."""
        lines, written = total.lines, self._amounts[total.lines[0]]
        own = [self._priced[at] for at in lines]
        known = [amount for amount in own if amount is not None]
        if not known or written is None:
            self._put(lines, own if written is None else [written, *own[1:]])
            return
        gap, open_ = written - sum(known), [n for n, amount in enumerate(own) if amount is None]
        if open_ and gap > 0:
            own[open_[0]] = gap
        elif not open_ and abs(gap) <= NOISE * len(lines):
            own[max(range(len(own)), key=lambda n: abs(known[n]))] += gap
        else:
            yield self._differs(total, format_money(written), sum(known))
        self._put(lines, own)

    def _compare(self, total: HeadTotal) -> Iterator[CellFinding]:
        """Tell of a total that is not what its lines come to, with tax or before it."""
        own = [self._sum_of(at) for at in total.lines]
        if None in own:
            if all(self._amounts[at] is None for at in total.lines) and not any(own):
                self._amounts[total.lines[0]] = parse_money(total.raw, total.unit).value
            return
        sums = [sum(own)]
        if self._net:
            sums.append(sum(self._net[at] for at in total.lines if isinstance(self._net[at], int)))
        elif says_tax(total.heading) is False:
            return  # nothing says how much of the lines is tax
        written = parse_money(total.raw, total.unit).value
        if not isinstance(written, int) or min(abs(written - each) for each in sums) > NOISE * len(own):
            yield self._differs(total, as_shown(total.raw), sums[0])

    def _sum_of(self, at: int) -> Any:
        return self._amounts[at] if self._amounts[at] is not None else self._priced[at]

    def _put(self, lines: Sequence[int], amounts: Sequence[Any]) -> None:
        for at, amount in zip(lines, amounts, strict=True):
            self._amounts[at] = amount

    def _differs(self, total: HeadTotal, written: str, own: int) -> CellFinding:
        at = total.lines[0]
        given = params(value=written, other=format_money(own), count=len(total.lines), name=total.sheet)
        column = PRICE if self._is_shared and PRICE in self._joined.data.fit.columns else AMOUNT
        return CellFinding(self._typed.numbers[at], column, DIFFERS, written, given, at=at)
