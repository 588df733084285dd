"""The clean world's orders: who bought what when, and their numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from benchmarks.world import days
from benchmarks.world.people import Customer, Product
from benchmarks.world.rows import Cells
from benchmarks.world.trade import LIVES, PLANS, Order, header, line
from benchmarks.world.words import word

LAST_DAY = date(2026, 6, 1)  # Monday; the first night judges from 02:00 the next morning
FIRST_DAY = date(2025, 4, 1)
AGES = (0, 1, 14, 15, 27, 33, 60, 61, 90, 91, 146, 180, 181, 250, 340, 367, 375)
POOL = 120  # fresh orders kept for planting
DISCOUNTS = 0.06  # share of lines with the usual discount
CHEAP = 1000  # yuan; below it people order by the dozen
LOOSE = 18  # of them without a number of their own
LEAST = 260
FEWEST = 6  # orders in each state: defects want some of one line, some of one team
GAP = ("202603", 3)  # the number nobody got


def orders(rng: Random, people: list[Customer], goods: list[Product], count: int) -> list[Order]:
    """Every order of the first night, in the order of their numbers."""
    made = _living(rng, [c for c in people if not c.role], max(count, LEAST) - POOL - len(AGES))
    made += _debts([c for c in people if c.role == "debtor"])
    made += _fresh(rng, [c for c in people if c.role == "plant"])
    made += [Order(c, days.plus(LAST_DAY, -5), "fresh") for c in people if c.role == "new"]
    made.sort(key=lambda order: (order.day, order.customer.code, order.state))
    fill(rng, made, goods, Counter())
    return made


def fill(rng: Random, made: list[Order], goods: list[Product], used: Counter[str]) -> None:
    """Give orders their lines, numbers (after those used, per month) and header cells."""
    bought: set[tuple[str, str, int]] = set()
    for order in made:
        _lines(rng, order, goods, bought)
        if not order.is_loose:
            month = f"{order.day:%Y%m}"
            used[month] += 1 + ((month, used[month] + 1) == GAP)
            order.number = f"{month}-{used[month]:03d}"
        order.facts = header(order, rng)
        for row in order.lines:
            own: Cells = {k: v for k, v in row.cells.items() if v is not None}
            row.cells = order.facts | row.cells | own | {"order_no": order.number or None}
            row.cells["remark"] = own.get("remark", order.facts.get("remark"))


def _living(rng: Random, people: list[Customer], count: int) -> list[Order]:
    shares = sum(life.share for life in LIVES.values())
    made: list[Order] = []
    for state, life in LIVES.items():
        for _ in range(max(FEWEST, round(count * life.share / shares))):
            customer = _buyer(rng, people, state)
            ago = rng.randint(life.least, life.most)
            made.append(Order(customer, days.plus(LAST_DAY, -ago) if ago else LAST_DAY, state))
    monthly = [c for c in people if c.term in {"net_d", "eom"}]
    for n, month in enumerate((6, 8, 9, 11)):
        # two orders of one customer in one month, paid in one sum later
        pair = days.plus(date(2025, month, 8), 0), days.plus(date(2025, month, 8), 1)
        made += [Order(monthly[n % len(monthly)], day, "done") for day in pair]
    return made


def _buyer(rng: Random, people: list[Customer], state: str) -> Customer:
    """Someone whose terms fit the state: nobody ships to those who pay first and have not."""
    if state == "retained":
        return rng.choice([c for c in people if c.term == "ret"])
    on_credit = state in {"signed", "part_signed", "shipped", "part_shipped"}
    shut = {"prepay", "split", "ret", "cod"} if on_credit else {"ret"}
    return rng.choice([c for c in people if c.term not in shut])


def _debts(people: list[Customer]) -> list[Order]:
    """One signed and unpaid order per age; all of them 30 days from signing."""
    made = []
    for n, age in enumerate(AGES):
        due = days.roll(LAST_DAY + timedelta(days=1 - age))
        signed = due - timedelta(days=30)
        order = Order(people[n % len(people)], days.plus(signed, -PLANS["sign"]), "signed", sign_on=signed)
        order.age = (LAST_DAY - due).days + 1
        made.append(order)
    return made


def _fresh(rng: Random, people: list[Customer]) -> list[Order]:
    """Orders just received that wait for approval: the ground for planting."""
    made = []
    for n in range(POOL):
        order = Order(people[n % len(people)], days.plus(LAST_DAY, -rng.randint(1, 14)), "fresh")
        order.is_loose = n < LOOSE
        made.append(order)
    return made


def _lines(rng: Random, order: Order, goods: list[Product], bought: set[tuple[str, str, int]]) -> None:
    wanted = rng.choice((1, 1, 1, 2, 2, 3)) if order.state != "fresh" else 1
    kinds: dict[str, Product] = {}
    for product in rng.sample(goods, len(goods)):
        if len(kinds) < wanted:
            kinds.setdefault(product.model, product)
    for product in kinds.values():
        qty = _qty(rng, order, product, bought)
        usual = rng.random() < DISCOUNTS and order.state != "fresh"
        order.lines.append(line(product, qty, word("dirt", "five_off") if usual else ""))


def _qty(rng: Random, order: Order, product: Product, bought: set[tuple[str, str, int]]) -> int:
    """A quantity this customer never ordered of this model: no order looks like a double."""
    most = 40 if product.price < CHEAP else 12
    qty = rng.randint(2, most)
    while (order.customer.code, product.model, qty) in bought:
        qty += 1
    bought.add((order.customer.code, product.model, qty))
    return qty
