"""Who trades in the demo: customers, products, staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from benchmarks.world.words import group, listed, table, word

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TERMS = ("net_d", "eom", "prepay", "net_i", "cod", "split", "next", "day", "net_d", "ret", "eom", "prepay")
# of the list price; the low one for what is sold in numbers
FLOOR, LOW_FLOOR = Decimal("0.85"), Decimal("0.70")
OFTEN_SOLD = "P1"
TEAMS = 3


@dataclass(frozen=True)
class Product:
    """One item of the price list; prices in yuan, tax included."""

    code: str
    name: str
    model: str
    spec: str
    uom: str
    price: Decimal
    class_: str
    supply: str
    make_wd: str
    buy_wd: str

    @property
    def floor(self) -> Decimal:
        """Lowest price in yuan."""
        share = LOW_FLOOR if self.code.startswith(OFTEN_SOLD) else FLOOR
        return (self.price * share).quantize(Decimal(1))


@dataclass(eq=False)
class Customer:
    """One customer with everything its orders repeat."""

    code: str
    name: str
    short: str
    uscc: str
    term: str
    grade: str
    size: str
    limit: Decimal
    rate: str  # late fee a day, as written; "" for none
    contact: str
    phone: str
    address: str
    city: str
    email: str
    owner: str
    reviewer: str
    team: int
    invoice_kind: str
    created_on: date
    role: str = ""  # "" trades on; "debtor" pays late and buys no more; "plant" for planting, "new" since last month

    @property
    def pay_term(self) -> str:
        """The term as people write it."""
        return word("term", self.term)


def products() -> list[Product]:
    """The price list."""
    return [
        Product(
            row["product_code"],
            row["product_name"],
            row["model"],
            row["spec_text"],
            row["uom"],
            Decimal(row["list_price"]),
            row["product_class"],
            row["supply_type"],
            row["make_wd"],
            row["buy_wd"],
        )
        for row in table("products")
    ]


def uscc(rng: Random, region: str) -> str:
    """A unified credit code with a right check character (GB 32100)."""
    body = "91" + region + "".join(rng.choice(CHARSET) for _ in range(9))
    total = sum(CHARSET.index(char) * pow(3, n, 31) for n, char in enumerate(body))
    return body + CHARSET[(31 - total % 31) % 31]


def customers(rng: Random, count: int) -> list[Customer]:
    """Invented companies, no two alike; the last third never pays in time."""
    cores, trades = listed("core"), listed("trade")
    pairs = [(core, trade) for trade in range(len(trades)) for core in range(len(cores))]
    picked = rng.sample(pairs[: max(count * 2, 100)], count)
    return [_customer(rng, n, (cores[c], trades[t])) for n, (c, t) in enumerate(picked)]


def _customer(rng: Random, n: int, named: tuple[str, str]) -> Customer:
    city, province, _, region = rng.choice(listed("city")).split("|")
    core, trade = named
    team = n % TEAMS + 1
    term = TERMS[n // TEAMS % len(TERMS)]
    street = f"{rng.choice(listed('street'))}{rng.randint(1, 399)}{word('part', 'number')}{rng.choice(listed('park'))}"
    return Customer(
        code=f"C{n + 1:04d}",
        name=f"{city}{core}{trade}{word('part', 'company')}",
        short=f"{core}{trade[:2]}",
        uscc=uscc(rng, region),
        term=term,
        grade=word("grade", "d" if term == "prepay" else rng.choice("abc")),
        size=word("size", rng.choice(("big", "mid", "small", "small"))),
        limit=Decimal(0) if term == "prepay" else Decimal(rng.choice((2000000, 3000000, 5000000))),
        rate=rng.choice(("0.0005", "0.0003", "")),
        contact=rng.choice(listed("surname")) + rng.choice(listed("given")),
        phone=f"1{rng.choice('35789')}{rng.randint(10**8, 10**9 - 1)}",
        address=f"{province}{city}{street}",
        city=city,
        email=f"finance@c{n + 1:04d}.example",
        owner=rng.choice(listed(f"sales{team}")),
        reviewer=rng.choice(listed("reviewer")),
        team=team,
        invoice_kind=rng.choice(("special", "special", "special", "plain", "none")),
        created_on=date(2023, rng.randint(1, 12), rng.randint(1, 28)),
    )


def staff(dept: str, rng: Random) -> str:
    """Somebody of a department."""
    return rng.choice(list(group(dept).values()))
