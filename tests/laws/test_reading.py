"""What holds whatever people do: any row in any layout and dirt reads as the same facts; no bytes break a reader."""

from __future__ import annotations

import random
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.limited import Failed
from pipeline.core.limited.pool import Child
from pipeline.reading.workers import pool
from pipeline.reading.workers.child import read_file
from pipeline.reading.workers.pool import take
from tests.support import old_excel
from tests.support.books import Book
from tests.support.pace import sweep
from tests.support.trait_cells import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.support.books import Cell

NAMES = st.text("甲乙丙丁华东南京海川信达恒源光明新联", min_size=2, max_size=6).map(lambda name: f"{name}公司")
MODELS = st.from_regex(r"[A-Z]{1,3}-?[1-9][0-9]{1,3}[A-Z]?", fullmatch=True)


@dataclass(frozen=True)
class Order:
    """What is meant; every layout and dirt must say just this."""

    month: int
    serial: int
    day: int
    customer: str
    model: str
    qty: int
    fen: int
    due: date

    @property
    def facts(self) -> dict[str, object]:
        """As the table holds it."""
        return {
            "order_no": f"2024{self.month:02d}-{self.serial:03d}",
            "order_date": datetime(2024, self.month, self.day),
            "customer_name": self.customer,
            "product_name": "水泵",
            "model": self.model,
            "qty": self.qty * 1000,
            "unit_price": Decimal(self.fen) / 100,
            "requested_date": datetime(self.due.year, self.due.month, self.due.day),
        }


ORDERS = st.builds(
    Order,
    month=st.integers(1, 12),
    serial=st.integers(1, 1200),
    day=st.integers(1, 28),
    customer=NAMES,
    model=MODELS,
    qty=st.integers(1, 99_999),
    fen=st.integers(1, 99_999_999),
    due=st.dates(date(2024, 12, 29), date(2025, 11, 30)),
)
HEADINGS = ("订单编号", "下单日期", "客户名称", "产品名称", "型号", "数量", "单价", "期望交期")
WIDE = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")

# Dirt: every style says the same thing in another way

NUMBERS: list[Callable[[str], Cell]] = [
    lambda text: text,
    lambda text: text.translate(WIDE),
    lambda text: text.replace("-", "—"),
    lambda text: f" {text}\u200b ",
    lambda text: f"'{text}",
    lambda text: text.replace("-", "\n-"),
]
DAYS: list[Callable[[date], Cell]] = [
    lambda day: day,
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y-%m-%d}".translate(WIDE),
    lambda day: f"{day:%y}/{day.month}/{day.day}",
    lambda day: f"{day:%Y - %m - %d}",
    lambda day: (day - date(1899, 12, 30)).days,
]
COUNTS: list[Callable[[int], Cell]] = [
    lambda n: n,
    str,
    lambda n: f"{n}台",
    lambda n: f"{n:,}",
    lambda n: f"{n}".translate(WIDE),
]
PRICES: list[Callable[[int], Cell]] = [
    lambda fen: fen / 100,
    lambda fen: f"{Decimal(fen) / 100:.2f}",
    lambda fen: f"¥{Decimal(fen) / 100:,.2f}",
    lambda fen: f"{Decimal(fen) / 100:.2f}元/台",
    lambda fen: f"￥ {Decimal(fen) / 100:.2f}".translate(WIDE),
]
NOISE: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: f"*{text}",
    lambda text: f" {text[:2]} {text[2:]} ",
    lambda text: f"{text[:2]}\n{text[2:]}",
    lambda text: f"{text}（必填）",
]


def dirty(order: Order, rng: random.Random) -> list[Cell]:
    """The row as somebody types it."""
    number, day, due = str(order.facts["order_no"]), date(2024, order.month, order.day), order.due
    return [
        rng.choice(NUMBERS)(number),
        rng.choice(DAYS)(day),
        rng.choice(["{}", " {} ", "{}\u00a0"]).format(order.customer),
        "水泵",
        order.model,
        rng.choice(COUNTS)(order.qty),
        rng.choice(PRICES)(order.fen),
        rng.choice(DAYS)(due),
    ]


def headings(rng: random.Random) -> list[str]:
    return [rng.choice(NOISE)(each) for each in HEADINGS]


# Layouts


def as_list(book: Book, rows: Sequence[list[Cell]], rng: random.Random) -> None:
    left = [None] * rng.randrange(3)
    book.blank(rng.randrange(3)).row(*left, "订单表").row(*left, *headings(rng))
    for row in rows:
        book.row(*left, *row).blank(rng.randrange(2))
    book.row(*left, "合计")


def as_forms(book: Book, rows: Sequence[list[Cell]], rng: random.Random) -> None:
    for row in rows:
        book.row("销售订单审批表")
        pairs = list(zip(headings(rng), row, strict=True))
        wide = rng.choice([1, 2, 4])
        for at in range(0, len(pairs), wide):
            book.row(*(cell for pair in pairs[at : at + wide] for cell in pair))
        book.row("审核人：", None, "制表：").blank()


def as_forms_below(book: Book, rows: Sequence[list[Cell]], rng: random.Random) -> None:
    for row in rows:
        written = headings(rng)
        for at in (0, 4):
            book.row(*written[at : at + 4]).row(*row[at : at + 4])
        book.blank()


def as_joined_cells(book: Book, rows: Sequence[list[Cell]], rng: random.Random) -> None:
    for row in rows:
        texts = [f"{each}：{_typed(cell)}" for each, cell in zip(HEADINGS, row, strict=True)]
        book.row(*texts[:3]).row(*texts[3:6]).row(*texts[6:], "备注：______").blank()


def as_lines_under_a_head(book: Book, rows: Sequence[list[Cell]], rng: random.Random) -> None:
    for row in rows:
        book.row("购销合同").row("订单编号：", row[0], None, "下单日期：", row[1]).row("客户名称：", row[2])
        book.row("序号", *HEADINGS[3:7]).row(1, *row[3:7]).row("合计").row("期望交期：", row[7], "审核：").blank()


def beside_receipts(book: Book, rows: Sequence[list[Cell]], rng: random.Random) -> None:
    book.row(*headings(rng), None, "收款日期", "付款方", "收款金额")
    for row in rows:
        book.row(*row, None, date(2024, 5, 3), "甲", 5)


def _typed(cell: Cell) -> str:
    return f"{cell.year}-{cell.month}-{cell.day}" if isinstance(cell, date) else str(cell).replace("\n", "")


LAYOUTS = [as_list, as_forms, as_forms_below, as_joined_cells, as_lines_under_a_head, beside_receipts]


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    orders=st.lists(ORDERS, min_size=1, max_size=3, unique_by=lambda each: (each.month, each.serial)),
    seed=st.integers(),
)
@sweep(30)
def test_any_row_in_any_layout_and_dirt_reads_as_the_same_facts(
    layout: Callable[..., None], orders: list[Order], seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - dirt, no secret
    with folder() as at:
        book = Book(at / "a.xlsx")
        layout(book, [dirty(each, rng) for each in orders], rng)
        path = book.save()
        got = read_file(path.name, path, at)
        read = [row for each in got.sheets if each.kind == "orders" for row in facts(each)]
    priced = [row | {"unit_price": Decimal(str(row["unit_price"]))} for row in read]
    assert [{name: row.get(name) for name in HEADS} for row in priced] == [each.facts for each in orders]


HEADS = tuple(Order(1, 1, 1, "", "", 1, 1, date(2025, 1, 1)).facts)
STAGES = ("prepare", "check", "ship", "sign")
WORDS = ("备货", "质检", "发货", "签收")
TRACKED = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2024, 12, 1)), st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 1))),
    min_size=4,
    max_size=4,
)


@given(days=TRACKED, seed=st.integers())
@sweep(30)
def test_any_stages_in_any_layout_read_as_the_same_rows(days: list[tuple[date, date | None]], seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - as above
    cells = [(rng.choice(DAYS[:4])(plan), done and rng.choice(DAYS[:4])(done)) for plan, done in days]
    made = []
    with folder() as at:
        books = [Book(at / f"{n}.xlsx") for n in range(3)]
        books[0].row("订单编号", "执行阶段", "计划完成时间", "实际完成时间")
        books[1].row("订单编号：202401-001").row("执行阶段", "责任人", "计划完成时间", "实际完成时间")
        books[2].row("订单编号", *(f"{word}{part}" for word in WORDS for part in ("计划", "实际")))
        for word, pair in zip(WORDS, cells, strict=True):
            books[0].row("202401-001", word, *pair)
            books[1].row(word, None, *pair)
        books[2].row("202401-001", *(cell for pair in cells for cell in pair))
        for book in books:
            path = book.save()
            made.append([row for each in read_file(path.name, path, at).sheets for row in facts(each)])
    wanted = [
        {"order_no": "202401-001", "stage": stage, "planned_at": _moment(plan), "actual_at": _moment(done)}
        for stage, (plan, done) in zip(STAGES, days, strict=True)
    ]
    for rows in made:
        assert [{name: row.get(name) for name in wanted[0]} for row in rows] == wanted


def _moment(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day) if day else None


# Bytes

SUFFIXES = st.sampled_from([".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".et", ".pdf", ""])
STARTS = st.sampled_from(
    [b"", b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1"), b"<html><table><tr><td>", b"\xff\xfe", b"sep=;\n"]
)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    made = Child(pool.LIMITS)
    yield made
    made.end()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    at = tmp_path_factory.mktemp("seeds")
    rows = [HEADINGS, ("202401-001", "2024-01-05", "甲公司", "水泵", "X1", 5.0, 7.0, "2024-02-01")]
    whole = Book(at / "a.xlsx").rows(*rows).save()
    return [
        whole.read_bytes(),
        old_excel.xls(at / "a.xls", rows).read_bytes(),
        old_excel.ods(at / "a.ods", rows).read_bytes(),
    ]


@given(suffix=SUFFIXES, content=st.builds(bytes.__add__, STARTS, st.binary(max_size=4096)))
@sweep(100)
def test_any_bytes_are_read_or_refused(child: Child, suffix: str, content: bytes) -> None:
    _is_named(child, suffix, content)


@given(data=st.data())
@sweep(100)
def test_any_damage_to_a_workbook_is_read_or_refused(child: Child, seeds: list[bytes], data: Any) -> None:
    content = bytearray(data.draw(st.sampled_from(seeds)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | st.integers(1, len(content)))
    _is_named(child, data.draw(SUFFIXES), bytes(content[:cut]))


def _is_named(child: Child, suffix: str, content: bytes) -> None:
    with folder() as at:
        path = at / f"a{suffix}"
        path.write_bytes(content)
        told = child.call(pool.READ, (path.name, str(path), ((), (), False), ()), at / "out")
        assert not isinstance(told, Failed), told
        done = take(at / "out")
    assert done.name == path.name
    assert done.refused or done.sheets
    assert not done.refused or done.refused in {each.rule for each in done.findings}
