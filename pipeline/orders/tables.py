"""Working tables of orders: what frames hold beside the columns of the tables they are made from."""

from __future__ import annotations

from schemas.derived.priority import Priority
from schemas.derived.promises import Promises
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Prices
from schemas.incoming.shipments import Shipments
from schemas.table import Table, Type, column


class CodedLines(Orders):
    """Shape: one row per order line, accepted ones first. Source: `facts.lines.join_lines`."""

    code = column(Type.INTEGER)  # position of its order
    is_counted = column(Type.BOOL)  # not held


class AskedLines(Orders):
    """Shape: one row per order line. Source: `completeness`. Columns are named, space separated."""

    from_file = column()  # what the customer file says in place of the order
    spared = column()  # what nobody need be asked: the file says it, or the sheet has no such column


class PromiseSteps(Promises):
    """Shape: as `Promises`."""

    earlier = column(Type.DAY)  # what the line promised before


class CodedShipments(Shipments):
    """Shape: one row per shipment that counts. Source: `facts.shipments.loads`."""

    at = column(Type.MOMENT)  # when it went through the stage
    room = column(Type.QTY)  # what the order asked for of its product


class ByStage(Table):
    """Shape: one row per order, one column per stage. Source: `status.limits.StageLayout`."""

    prepare = column()
    check = column()
    ship = column()
    sign = column()


class Amendments(Orders):
    """Shape: one row per change of a line that still shows. Source: `confirmation.amended`."""

    changed_on = column(Type.DAY)
    is_unconfirmed = column(Type.BOOL)  # had been confirmed in writing, and was not since
    is_unsent = column(Type.BOOL)  # no letter went out since


class NamedByCode(Table):
    """Shape: of a sheet whose rows name customers, where the name of one is not as written. Source: `identities`."""

    written_name = column()  # as it stands in the cell, where another takes its place


class References(Table):
    """Shape: document x order it names. Source: `references`."""

    row = column(Type.INTEGER)  # position of the document
    order_no = column(Type.ORDER_NO)
    code = column(Type.INTEGER)  # position of the order, -1 for one nobody knows
    fen = column(Type.MONEY)


class CreditStand(Customers):
    """Shape: one row per order: what its customer may owe and owes. Source: `credit.credit_by_order`."""

    exposure_fen = column(Type.MONEY)  # with this order and all confirmed before it
    is_stale = column(Type.BOOL)  # its customer owes too much for longer than the grace days
    is_home = column(Type.BOOL)  # its money is the one that limits are in
    is_prepaid = column(Type.BOOL)  # the order asks for no credit


class PricedLines(Prices):
    """Shape: order line, its item in the price list and what that says. Source: `price_list`."""

    line = column(Type.INTEGER)  # position of the order line
    item = column()  # by code, else by model
    code = column()  # of the product, as it is compared
    spec_key = column()  # specification of the list, as it is compared
    own_spec = column()  # of the line
    specs = column(Type.INTEGER)  # how many specifications the item comes in
    codes = column(Type.INTEGER)  # how many products share it
    is_spec_listed = column(Type.BOOL)  # the line's is one of them, or blank and there is one
    is_parted = column(Type.BOOL)  # model and specification stood in one cell
    group = column()  # of the customer
    day = column(Type.DAY)
    is_own = column(Type.BOOL)  # a price for the customer's own group


class Wanting(Priority):
    """Shape: scarce product x order. Source: `priority.ranked`."""

    share = column(Type.RATE)  # paid, unrounded
    is_stopped = column(Type.BOOL)
    waits = column(Type.BOOL)  # stopped, and nothing of it went
    competes = column(Type.BOOL)
    begun_on = column(Type.DAY)


class ReasonCounts(Table):
    """Shape: one row per order: the counts that sentences about it say. Source: `status.reasons`."""

    complaints = column(Type.INTEGER)
    delay_days = column(Type.INTEGER)
    delivery_days = column(Type.INTEGER)
    first_promise_days = column(Type.INTEGER)
    moves = column(Type.INTEGER)
    payment_days = column(Type.INTEGER)
