"""Working tables of predicates: what frames hold beside the columns of the tables they are made from."""

from __future__ import annotations

from pipeline.orders.tables import PricedLines
from schemas.incoming.customers import Qualifications
from schemas.incoming.orders import Orders
from schemas.incoming.reminders import Reminders
from schemas.incoming.tracking import Tracking
from schemas.table import Table, Type, column


class Quotes(PricedLines):
    """Shape: one row per order line. Source: `prices.quoted`."""

    uom = column()  # of the list
    taxed = column(Type.RATE)  # factor that makes the price of the line hold tax like the list; missing: not known
    units = column(Type.RATE)  # how many units of the list one of the line is; missing: not known


class Computed(Orders):
    """Shape: one row per order line: what its amount should be. Source: `prices.computed`."""

    expected_fen = column(Type.MONEY)
    off_fen = column(Type.MONEY)  # written less expected
    factor = column(Type.RATE)  # of the reading that fits best
    is_open = column(Type.BOOL)  # two readings and neither fits


class Delayed(Tracking):
    """Shape: one row per tracking row. Source: `tracking.delayed`."""

    late_wd = column(Type.INTEGER)
    is_own = column(Type.BOOL)  # later than the stages before it made it


class Inspections(Tracking):
    """Shape: one row per inspection that counts. Source: `quality`."""

    day = column(Type.DAY)  # where it was done by tonight
    has_failed = column(Type.BOOL)
    has_passed = column(Type.BOOL)


class Inspected(Table):
    """Shape: one row per order with an inspection, by its number. Source: `quality.inspected`."""

    passed_on = column(Type.DAY)  # the first day it passed
    is_failed = column(Type.BOOL)


class Documents(Qualifications):
    """Shape: one row per document, there or asked for. Source: `customers`."""

    key = column()  # of the customer
    type = column()  # of document; folded, unless it is only asked for
    is_unread = column(Type.BOOL)  # its last day could not be read


class Needs(Table):
    """Shape: one row per customer with unfinished orders, by its key. Source: `customers`."""

    until = column(Type.DAY)  # documents had to be in force so far
    due_on = column(Type.DAY)  # and must be


class Contacts(Reminders):
    """Shape: one row per contact that was made. Source: `receivables.reminders`."""

    key = column()  # of the customer


class Numbers(Table):
    """Shape: one row per well-formed number of a complaint. Source: `complaints.intake`."""

    month = column()
    serial = column(Type.INTEGER)


class Arrivals(Table):
    """Shape: one row per file name. Source: `pipeline.ledger.arrivals`."""

    src_file = column()
    first_seq = column(Type.INTEGER)  # of its newest workbook
