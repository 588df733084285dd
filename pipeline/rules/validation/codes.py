"""Codes that lost their leading zeros to Excel: given back from the records they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from pipeline.reading import FileRead
from pipeline.rules.validation.kind_rows import KindRows, RowNote, once
from schemas.incoming.customers import Customers
from schemas.incoming.prices import LeadTimes, Prices

PADDED = "CELL-028"
# column → kinds that keep a record of what it names, the most reliable first
RECORDS: Mapping[str, tuple[str, ...]] = {
    str(Customers.customer_code): (Customers.name,),
    str(Prices.product_code): (Prices.name, LeadTimes.name),
}
Kept = Callable[..., Iterable[tuple[str, ...]]]  # kind, columns → what rows of the ledger hold there, oldest first


@dataclass(frozen=True)
class Codes:
    """Every code of a record, by what it is without its zeros; of tonight and of all nights before."""

    known: frozenset[str]
    by_figure: Mapping[str, tuple[str, ...]]

    def padded(self, code: str) -> str:
        """Return the one record's code that this is without its leading zeros, else the code as it is.

        >>> codes_of(["00123", "0077", "077"]).padded("123")
        '00123'
        >>> codes_of(["00123", "0077", "077"]).padded("77")
        '77'
        """
        if code in self.known or not _is_figure(code):
            return code
        longer = [other for other in self.by_figure.get(code.lstrip("0"), ()) if len(other) > len(code)]
        return longer[0] if len(longer) == 1 else code


def codes_of(codes: Iterable[str]) -> Codes:
    """Return codes to pad from."""
    known = frozenset(codes)
    by_figure: dict[str, tuple[str, ...]] = {}
    for code in sorted(text for text in known if _is_figure(text)):
        figure = code.lstrip("0")
        by_figure[figure] = (*by_figure.get(figure, ()), code)
    return Codes(known, by_figure)


def records(reads: Sequence[FileRead], kept: Kept) -> Callable[[str], Codes]:
    """Return the codes by column, worked out when first asked for: lists of lead times may have lost zeros too."""

    @cache
    def of(column: str) -> Codes:
        made = codes_of(())
        for kind in RECORDS[column]:
            own = {*(code for (code,) in kept(kind, column)), *_tonight(reads, kind, column)}
            made = codes_of(made.known | {made.padded(code) for code in own})
        return made

    return of


def pad(gathered: KindRows, codes: Callable[[str], Codes]) -> None:
    """Give codes their zeros back, each with a finding at its cell; before rows are named by them."""
    for column in RECORDS:
        if column not in gathered.frame.columns:
            continue
        written = gathered.frame[column]
        figures = [code for code in written.dropna().unique() if _is_figure(code)]
        padded = {code: codes(column).padded(code) for code in figures}
        lost = {code: whole for code, whole in padded.items() if whole != code}
        if lost:
            for row in once(gathered, column, np.flatnonzero(written.isin(lost))):
                gathered.add(RowNote(row, PADDED, column, str(written.iat[row])))
            gathered.patch(column, written.replace(lost))


def _tonight(reads: Sequence[FileRead], kind: str, column: str) -> set[str]:
    tables: list[pa.Table] = [sheet.table for read in reads for sheet in read.sheets if sheet.kind == kind]
    columns = [table.column(column) for table in tables if column in table.column_names]
    return {code for values in columns for code in values.unique().to_pylist() if code}


def _is_figure(code: str) -> bool:
    """Only what Excel takes for a number loses zeros."""
    return code.isascii() and code.isdigit()
