"""Invoices, receipts, reminders and opening balances of the clean world."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from benchmarks.world import days
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.people import Customer, staff
from benchmarks.world.rows import Cells, Row, Value
from benchmarks.world.trade import CENT, PREPARED, Order
from benchmarks.world.words import word

RATE = Decimal("0.13")
PARTS = {"split": (Decimal("0.3"), Decimal("0.7")), "ret": (Decimal("0.3"), Decimal("0.6"))}
SEPARATOR = word("label", "list")
DRAFTS = 0.08  # share of sums that come as a draft
PAID_FIRST = ("prepay", "split")


class Books:
    """What finance writes down; numbers run in the order rows are made."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.receipts: list[Row] = []
        self.invoices: list[Row] = []
        self.used: Counter[str] = Counter()

    def receive(self, order: Order, day: date, amount: Decimal, **given: Value) -> Row:
        """One sum for one order."""
        row = self.receipt(day, order.customer.name, amount, order_nos=order.number, **given)
        order.paid.append((day, amount))
        return row

    def receipt(self, day: date, payer: str, amount: Decimal, **given: Value) -> Row:
        """One sum, for whatever `given` names."""
        month = f"{day:%Y%m}"
        self.used[month] += 1
        n = self.used[month]
        cells: Cells = {
            "receipt_no": f"SK{month}-{n:04d}",
            "bank_ref": f"{day:%Y%m%d}{n:04d}{self.rng.randint(1000, 9999)}",
            "received_on": day,
            "payer": payer,
            "amount_fen": amount,
            "method": word("method", "wire"),
            "purpose": word("purpose", "goods"),
            "handler_name": staff("finance", self.rng),
        }
        row = Row("receipts", cells | given)
        self.receipts.append(row)
        return row

    def invoice(self, customer: Customer, day: date, gross: Decimal, numbers: str) -> Row:
        """A blue invoice, or a red one when gross is negative."""
        self.used["invoice"] += 1
        net = (gross / (1 + RATE)).quantize(CENT, ROUND_HALF_UP)
        cells: Cells = {
            "invoice_no": f"{day:%y}442{self.used['invoice'] * 37 + 20000000:015d}",
            "kind": word("invoice_kind", "plain" if customer.invoice_kind == "plain" else "special"),
            "sign": word("sign", "red" if gross < 0 else "blue"),
            "issued_on": day,
            "buyer": customer.name,
            "buyer_tax_no": customer.uscc,
            "net_fen": net,
            "tax_rate": "13%",
            "tax_fen": gross - net,
            "gross_fen": gross,
            "order_nos": numbers,
            "sent_by": word("conf", "email"),
            "sent_at": days.at(day, 17),
        }
        row = Row("invoices", cells)
        self.invoices.append(row)
        return row


def settle(books: Books, made: list[Order]) -> None:
    """Money and invoices of every order, as its state and terms have it."""
    rng = books.rng
    for order in made:
        if order.state == "done":
            _paid(books, order)
        elif order.customer.term in PAID_FIRST and order.reach >= PREPARED:
            _prepaid(books, order)
        elif order.state == "retained":
            first, second = (_share(order, n) for n in (0, 1))
            books.receive(order, order.on(4), first, purpose=word("purpose", "deposit"))
            books.receive(order, days.plus(order.signed_on, 3), second)
        if order.state in {"signed", "retained"} and order.customer.invoice_kind != "none":
            books.invoice(order.customer, days.plus(order.signed_on, 1), order.amount, order.number)
    _turns(books, made, rng)


def _share(order: Order, n: int) -> Decimal:
    part = PARTS[order.customer.term][n]
    return (order.amount * part).quantize(CENT, ROUND_HALF_UP)


def _prepaid(books: Books, order: Order) -> date:
    """Deposit and rest, or everything at once, before anything ships; gives the last day."""
    if order.customer.term == "prepay":
        books.receive(order, order.on(4), order.amount)
        return order.on(4)
    first = _share(order, 0)
    books.receive(order, order.on(4), first, purpose=word("purpose", "deposit"))
    if order.state != "to_ship":
        books.receive(order, order.on(9), order.amount - first, purpose=word("purpose", "balance"))
    return order.on(9)


def _paid(books: Books, order: Order) -> None:
    signed, term = order.signed_on, order.customer.term
    if term in PAID_FIRST:
        day = _prepaid(books, order)
    elif term == "cod":
        day = days.roll(signed)
        books.receive(order, day, order.amount)
    else:
        day = days.roll(signed + timedelta(days=books.rng.randint(2, 20)))
        draft = books.rng.random() < DRAFTS
        books.receive(
            order,
            day,
            order.amount,
            method=word("method", "bank_draft" if draft else "wire"),
            draft_due_on=day + timedelta(days=150) if draft else None,
        )
    if order.customer.invoice_kind != "none":
        issued = days.plus(day if term in (*PAID_FIRST, "cod") else signed, 1)
        books.invoice(order.customer, issued, order.amount, order.number)


def _turns(books: Books, made: list[Order], rng: Random) -> None:
    """What happens once in a while: joint payments, remarks, over-payment, refunds, red invoices."""
    plain = [o for o in made if o.state == "done" and o.customer.term not in (*PAID_FIRST, "cod")]
    _joint(books, plain)
    rows = {row.text("order_nos"): row for row in books.receipts}
    singles = [o for o in plain if o.number in rows]
    for order in rng.sample(singles, min(3, len(singles))):
        row = rows[order.number]
        row.cells |= {"remark": word("remark", "receipt", no=order.number), "order_nos": None}
        row.tags.add("remark")
    over = next(o for o in singles if rows[o.number].get("order_nos"))
    rows[over.number].cells |= {"amount_fen": over.amount + 50, "remark": word("remark", "over")}
    _cancelled(books, made)
    _red(books, [o for o in singles if o.customer.invoice_kind != "none"][-1])
    stranger = f"{word('city', '9').split('|')[0]}{word('core', '1')}{word('trade', '12')}{word('part', 'limited')}"
    books.receipt(days.plus(LAST_DAY, -3), stranger, Decimal("18600.00"))
    early = next(o for o in made if o.customer.term == "eom" and not o.customer.role)
    books.receipt(days.plus(LAST_DAY, -5), early.customer.name, Decimal("30000.00"), purpose=word("purpose", "deposit"))


def _joint(books: Books, plain: list[Order]) -> None:
    """Two orders of one customer paid in one sum, sometimes with the amounts named."""
    seen: dict[str, Order] = {}
    found = 0
    for order in plain:
        other = seen.get(order.customer.code, order)
        seen[order.customer.code] = order
        gap = abs((order.paid[0][0] - other.paid[0][0]).days)
        if other is order or order.number[:6] != other.number[:6] or gap > 20 or found >= 4:
            continue
        rows = [row for row in books.receipts if row.get("order_nos") in {order.number, other.number}]
        if len(rows) != 2:
            continue
        late = max(rows, key=lambda row: row.day("received_on"))
        early = rows[0] if rows[1] is late else rows[1]
        first, second = order.number, other.number
        named = found % 2 == 0
        plain_list = f"{first}{SEPARATOR}{second}"
        late.cells["order_nos"] = f"{first}={order.amount}; {second}={other.amount}" if named else plain_list
        late.cells |= {"amount_fen": order.amount + other.amount, "remark": word("remark", "multi")}
        books.receipts.remove(early)
        found += 1


def _cancelled(books: Books, made: list[Order]) -> None:
    """A deposit on a cancelled order, and its way back."""
    order = next(o for o in made if o.state == "cancelled")
    part = (order.amount * PARTS["split"][0]).quantize(CENT, ROUND_HALF_UP)
    books.receive(order, order.on(4), part, purpose=word("purpose", "deposit"))
    books.receive(order, order.on(8), -part, purpose=word("purpose", "refund"))


def _red(books: Books, order: Order) -> None:
    """A blue invoice taken back by a red one and issued again."""
    blue = next(row for row in books.invoices if row.get("order_nos") == order.number)
    day = days.plus(blue.day("issued_on"), 2)
    red = books.invoice(order.customer, day, -order.amount, order.number)
    red.cells |= {"original_no": blue.get("invoice_no"), "red_form_no": f"{day:%Y%m%d}4403001"}
    red.cells["remark"] = word("remark", "red")
    books.invoice(order.customer, day, order.amount, order.number)


def reminders(made: list[Order], rng: Random) -> list[Row]:
    """Contacts about what is overdue: by phone and by mail, later by letter."""
    rows: list[Row] = []
    for order in made:
        if order.age is None or order.age < 1:
            continue
        due = LAST_DAY + timedelta(days=1 - order.age)
        steps = [(-3, "due", "phone"), (-3, "due", "email"), (5, "overdue", "phone")]
        steps += [(16, "letter1", "post"), (32, "letter2", "post")]
        for after, kind, channel in steps:
            if after < order.age:
                rows.append(_reminder(order, rng, days.plus(due + timedelta(days=after + 1), -1), (kind, channel)))
    rows.sort(key=lambda row: (str(row.get("contacted_at")), row.text("order_no")))
    for n, row in enumerate(rows, 1):
        row.cells["record_no"] = f"CK-{n:04d}"
    return rows


def _reminder(order: Order, rng: Random, day: date, how: tuple[str, str]) -> Row:
    kind, channel = how
    is_letter = kind.startswith("letter")
    cells: Cells = {
        "order_no": order.number,
        "customer_name": order.customer.name,
        "contacted_at": days.at(day, rng.randint(9, 16)),
        "reminder_kind": word("reminder", kind),
        "channel": word("rchannel", channel),
        "person": order.customer.owner,
        "counterpart": order.customer.contact,
        "content": word("content", kind, no=order.number, day=f"{day:%m-%d}"),
        "answer": word("content", "ok" if kind == "due" else "promise"),
        "promised_on": days.plus(day, 10) if kind == "overdue" else None,
        "next_on": days.plus(day, 3),
        "letter_no": f"CKH-{day:%y%m%d}-{order.number[-3:]}" if is_letter else None,
    }
    return Row("reminders", cells)


def opening(people: list[Customer], rng: Random) -> list[Row]:
    """What a few customers owed before the first night."""
    rows = []
    for n, customer in enumerate(people[:5]):
        day = days.roll(date(2024, 9 + n % 3, 10 + n))
        cells: Cells = {
            "customer_name": customer.name,
            "order_no": f"{day:%Y%m}-{n + 11:03d}",
            "invoice_no": f"24442{n + 1:015d}",
            "happened_on": day,
            "due_on": days.roll(day + timedelta(days=60 + 120 * n)),
            "open_fen": Decimal(rng.randint(20, 400) * 100),
            "sales_owner": customer.owner,
        }
        rows.append(Row("opening", cells))
    return rows
