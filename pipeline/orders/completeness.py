"""What need not be asked about an order: the customer file says it, or its book has no column for it.

The term and the salesperson of a customer are those of its orders that name none, for money falls due and somebody has
the work. Telephone and address are the customer's own and stay blank on the order; they are not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.core.groups import answers, found_by, is_sure
from pipeline.orders.customers import filed, link
from pipeline.orders.tables import AskedLines
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.table import Source

TAKEN = {str(Orders.pay_term): Customers.pay_term, str(Orders.sales_owner): Customers.sales_owner}
ANSWERED = {str(Orders.phone): Customers.phone, str(Orders.address): Customers.address}
OF_CUSTOMER = (Orders.contact, Orders.phone, Orders.address, Orders.pay_term, Orders.sales_owner)
ASKED_FOR = (*OF_CUSTOMER[:2], Orders.requested_date, *OF_CUSTOMER[2:])
Headings = Mapping[tuple[str, str], Mapping[str, object]]  # file and sheet → the columns that it has


def with_answers(orders: pd.DataFrame, customers: pd.DataFrame, headings: Headings) -> pd.DataFrame:
    """Return order lines with what the customer file says of them, and the columns nobody need be asked about.

    An order that says it on any line, or in a cell that cannot be read, says it itself.
    """
    own = customers[~is_sure(customers[Source.src_held])]
    keys, taken = link(orders[Orders.customer_name], own), {}
    number = orders[Orders.order_no].fillna(orders[Source.src_key])
    from_file, spared = (pd.Series("", index=orders.index, dtype="str") for _ in range(2))
    for column, of_customer in (TAKEN | ANSWERED).items():
        known = filed(own, of_customer).dropna()
        value = found_by(keys, known.index, known)
        said = orders[column].notna() | _is_in(orders, Source.src_unknown, column)
        lacks = value.notna() & ~said.groupby(number).transform("any")
        spared = spared.where(~lacks, spared + f"{column} ")
        if column in TAKEN:
            taken[column] = orders[column].where(~lacks, value)
            from_file = from_file.where(~lacks, from_file + f"{column} ")
    spared = (spared + _absent(orders, headings)).str.strip()
    made = {str(AskedLines.from_file): from_file.str.strip(), str(AskedLines.spared): spared}
    return orders.assign(**taken, **made)


def is_spared(lines: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Return the lines about which nobody need be asked for this column."""
    return _is_in(lines, AskedLines.spared, column)


def is_from_file(lines: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Return the lines that have this column from the customer file."""
    return _is_in(lines, AskedLines.from_file, column)


def _is_in(lines: pd.DataFrame, listed: str, column: str) -> pd.Series[bool]:
    """Return the lines that list a column; none of lines that nobody looked up."""
    if listed not in lines.columns:
        return pd.Series(data=False, index=lines.index)
    return answers(lines[listed], lambda names: column in names.split())


def _absent(orders: pd.DataFrame, headings: Headings) -> pd.Series[str]:
    """Return the columns that the sheet of each line lacks, of those that are asked for."""
    sheets = list(zip(orders[Source.src_file], orders[Source.src_sheet], strict=True))
    lacking = {
        sheet: " ".join(column for column in ASKED_FOR if column not in headings[sheet]) if sheet in headings else ""
        for sheet in dict.fromkeys(sheets)
    }
    return pd.Series([lacking[sheet] for sheet in sheets], index=orders.index, dtype="str")
