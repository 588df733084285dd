"""Price list, discount policy, lead times, time on the road."""

from __future__ import annotations

from schemas.table import MOST_DAYS, Source, Type, column, counted


class Prices(Source, name="prices"):
    """Shape: product x group x period. Key: product, group, valid from."""

    identity = (
        ("product_code", "customer_group", "valid_from"),
        ("model", "spec_text", "customer_group", "valid_from"),
    )

    product_code = column(Type.CODE)
    product_name = column(Type.TEXT)
    model = column(Type.MODEL)
    spec_text = column(Type.TEXT)
    uom = column(Type.TEXT)
    list_price = column(Type.PRICE)
    floor_price = column(Type.PRICE)
    is_tax_included = column(Type.BOOL)
    currency = column(Type.TEXT)
    customer_group = column(Type.TEXT)
    product_class = column(Type.TEXT)
    valid_from = column(Type.DAY, wish="event")
    valid_to = column(Type.DAY, wish="event")
    version = column(Type.CODE)
    documents = column(Type.TEXT)  # kinds of documents a buyer must have, separated by commas


class Discounts(Source, name="discounts"):
    """Shape: one row per discount rule. Key: policy number."""

    identity = (counted("policy_no"), counted("customer_grade"))

    policy_no = column(Type.CODE)
    customer_grade = column(Type.TEXT)
    product_class = column(Type.TEXT)
    qty_from = column(Type.QTY)
    qty_to = column(Type.QTY)
    from_fen = column(Type.MONEY)
    to_fen = column(Type.MONEY)
    most_rate = column(Type.RATE)
    approval_role = column(Type.TEXT)
    valid_from = column(Type.DAY, wish="event")
    valid_to = column(Type.DAY, wish="event")


class LeadTimes(Source, name="leadtimes"):
    """Shape: one row per product. Key: product code, else model."""

    identity = (("product_code",), ("model",))

    product_code = column(Type.CODE)
    model = column(Type.MODEL)
    supply_type = column(Type.CHOICE, choices="choice.supply_type")
    make_time = column(Type.TEXT)
    buy_time = column(Type.TEXT)
    check_days = column(Type.INTEGER, most=MOST_DAYS)
    pick_days = column(Type.INTEGER, most=MOST_DAYS)
    daily_capacity = column(Type.QTY)
    stock_qty = column(Type.QTY)
    safety_qty = column(Type.QTY)


class Transit(Source, name="transit"):
    """How long goods are on the road. Shape: one row per province or city. Key: the place."""

    identity = (("place",),)

    place = column(Type.TEXT)
    transit_days = column(Type.INTEGER, most=MOST_DAYS)  # calendar days
    carrier = column(Type.TEXT)
    remark = column(Type.TEXT)
