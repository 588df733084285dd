"""The confirmation letter: who gets one, what stands in it, and that what people wrote stays text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import pytest

from pipeline.publishing import letters
from pipeline.publishing.letters.draft import Draft, named
from pipeline.publishing.letters.templates import read_template, shipped_template
from reports.letters import CONFIRMATION, HEAD, LIST
from reports.shape import LetterTable, Slip, Text
from schemas.language.words import load, translate
from tests.support.order_rows import context, found, order

LANGUAGES = ("zh", "en")
EARLY = {"order_date": "2026-01-05"}
APPROVED = EARLY | {"approval": "agree", "approved_on": "2026-03-06", "reviewer": "钱七", "uom": "台"}
SENT = APPROVED | {"conf_sent_at": "2026-03-09 10:00"}
CONFIRMED = SENT | {"conf_at": "2026-03-09 15:00", "conf_method": "email", "archive_ref": "QR-1; DD-1"}
TUESDAY, THURSDAY = date(2026, 3, 10), date(2026, 3, 12)
LETTERHEAD = {"address": "杭州市示例路 1 号", "phone": "0571-8888 0000"}


def drafts(*rows: dict[str, Any], lang: str = "zh", earlier: tuple[dict[str, Any], ...] = ()) -> list[Draft]:
    where = context(orders=list(rows), earlier=list(earlier))
    sender = letters.Sender("杭州夜航", LETTERHEAD, TUESDAY, lang)
    return letters.confirmations(where.tables, sender, as_of=where.as_of, reply_by=THURSDAY, reply_days=2)


def written(draft: Draft, lang: str = "zh") -> bytes:
    return read_template(shipped_template(CONFIRMATION, lang), CONFIRMATION, lang).filled(draft.values)


def told(content: bytes) -> str:
    """Everything a letter says, a line per paragraph or row."""
    book = docx.Document(BytesIO(content))
    page = book.sections[0]
    lines = [f"header | {each.text}" for each in page.header.paragraphs]
    for block in book.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = [
                    cell.text for n, cell in enumerate(row.cells) if cell._tc not in [c._tc for c in row.cells[:n]]
                ]
                lines.append(" | ".join(cells))
        else:
            lines.append(f"{block.style.name} | {block.text}")  # type: ignore[union-attr]
    return "\n".join([*lines, *(f"footer | {each.text}" for each in page.footer.paragraphs)]) + "\n"


# --- what it says -------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_letter_reads_as_reviewed(lang: str, golden: Callable[[str, str], None]) -> None:
    lines = [
        order(
            **APPROVED,
            customer_po="PO-7",
            contract_no="HT-31",
            tax_rate=Decimal("0.13"),
            is_tax_included=True,
            deposit="30%",
        ),
        order(
            **APPROVED | {"promised_date": "2026-04-01"},
            product_name="开关",
            model=None,
            spec_text=None,
            qty=1_500,
            unit_price=Decimal("1234.5678"),
            amount_fen=175_925,
            discount="reduction=0.05",
            tax_rate=Decimal("0.13"),
            is_tax_included=True,
        ),
    ]
    [draft] = drafts(*lines, lang=lang)
    golden(f"letter_confirmation_{lang}", told(written(draft, lang)))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"is_tax_included": True}, "（含税）"),
        ({"is_tax_included": True, "tax_rate": Decimal("0.13")}, "（含税 13%）"),
        ({"is_tax_included": False}, "（含税；单价不含税）"),
        ({"is_tax_included": False, "tax_rate": Decimal("0.06")}, "（含税 6%；单价不含税）"),
        ({"tax_rate": Decimal("0.13")}, ""),  # nobody says whether it is in the amounts
    ],
)
def test_tax_is_said_where_the_order_says_it(facts: dict[str, Any], said: str) -> None:
    [draft] = drafts(order(**APPROVED | facts))
    assert draft.values["tax"] == said
    [mixed] = drafts(order(**APPROVED | facts), order(**APPROVED, model="X300"))
    assert mixed.values["tax"] == ""


def test_a_customer_who_collects_has_no_address() -> None:
    [draft] = drafts(order(**APPROVED, delivery_mode="pickup") | {"address": None})
    assert draft.values["address"] == "贵司自提"


def test_facts_of_the_order_may_stand_on_any_line() -> None:
    [draft] = drafts(order(**APPROVED), order(**APPROVED, model="X300", customer_po="PO-9", contract_no="HT-2"))
    assert (draft.values["customer_po"], draft.values["contract_no"]) == ("PO-9", "HT-2")
    assert draft.values["total_words"] == "贰万元整"
    assert len(draft.values[LIST]) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_slot_is_filled_and_has_a_name(lang: str) -> None:
    [draft] = drafts(order(**APPROVED), lang=lang)
    assert set(draft.values) == {*CONFIRMATION.slots, LIST}
    assert set(HEAD) <= set(CONFIRMATION.slots)
    [line] = draft.values[LIST]
    assert set(line) == set(CONFIRMATION.row_slots)  # type: ignore[arg-type]
    names = [translate(f"slot.{name}", lang) for name in CONFIRMATION.slots]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_silence_is_never_called_consent() -> None:
    said = [(word.zh, word.en.lower()) for key, word in load().items() if key.startswith("letter.")]
    for zh, en in said:
        assert not any(word in zh for word in ("视为", "视同", "默认", "逾期未"))
        assert not any(word in en for word in ("deemed", "silence", "unless we hear", "assume"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rows_do_not_split_and_headings_return(lang: str) -> None:
    with zipfile.ZipFile(BytesIO(shipped_template(CONFIRMATION, lang))) as package:
        text = package.read("word/document.xml").decode()
    rows = text.count("<w:cantSplit/>")
    slip = next(each for each in CONFIRMATION.blocks if isinstance(each, Slip))
    assert rows == 3 + len(slip.rows)
    assert text.count("<w:tblHeader/>") == 1
    assert (
        sum(column.width for b in CONFIRMATION.blocks if isinstance(b, LetterTable) for column in b.columns) == 9070
    )  # A4
    styles = {block.style for block in CONFIRMATION.blocks if isinstance(block, Text)}
    assert all(f'w:val="{style}"' in text for style in styles)


# --- who gets one -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "is_wanted"),
    [
        (APPROVED, True),
        (APPROVED | {"approval": "conditional"}, True),
        (APPROVED | {"approval": "return"}, False),
        (EARLY, False),  # nobody approved it
        (APPROVED | {"phone": None}, False),  # asked for first
        (APPROVED | {"src_held": True}, False),
        (APPROVED | {"hold_reason": "customer"}, False),
        (APPROVED | {"cancelled_on": "2026-03-09"}, False),
        (SENT, False),
        (CONFIRMED, False),
        (SENT | {"changed_at": "2026-03-09 10:01"}, True),
        (SENT | {"changed_at": "2026-03-09 10:00"}, False),
        (SENT | {"changed_at": "2026-03-10 20:01"}, False),  # in the future
        (CONFIRMED | {"changed_at": "2026-03-09 15:01"}, True),
        (CONFIRMED | {"changed_at": "2026-03-09 14:59"}, False),  # before it was confirmed
        (CONFIRMED | {"conf_qty": 99_000}, False),  # the customer wants another: to be settled first
    ],
)
def test_a_letter_is_prepared_until_it_is_sent_and_again_after_a_change(
    facts: dict[str, Any], *, is_wanted: bool
) -> None:
    assert bool(drafts(order(**facts))) is is_wanted


@pytest.mark.parametrize(
    ("now", "before", "is_wanted"),
    [
        (SENT, {"qty": 99_000}, True),
        (SENT, {"requested_date": "2026-03-18"}, True),
        (SENT, {"phone": "13900139000"}, False),  # no part of what is confirmed
        (SENT, {"qty": 99_000, "conf_sent_at": None}, False),  # sent as it is now
        (SENT, {"qty": 99_000, "conf_sent_at": "2026-03-05"}, False),  # sent again since
        (CONFIRMED, {"qty": 99_000}, True),
        (CONFIRMED | {"conf_sent_at": "2026-03-10"}, {"qty": 99_000, "conf_sent_at": "2026-03-09"}, False),
        (CONFIRMED | {"conf_sent_at": None}, {"qty": 99_000, "conf_sent_at": None}, True),
    ],
)
def test_a_change_seen_since_it_was_sent_asks_for_another(
    now: dict[str, Any], before: dict[str, Any], *, is_wanted: bool
) -> None:
    own = order(**now, src_key="k")
    then = own | {"changed_on": "2026-03-10"} | before
    assert bool(drafts(own, earlier=(then,))) is is_wanted
    assert drafts(own, earlier=(then | {"changed_on": "2026-03-11"},)) == []


def test_another_letter_says_which_it_replaces() -> None:
    [again] = drafts(order(**SENT | {"changed_at": "2026-03-09 16:00"}))
    assert again.values["replaces"] == "我司 2026年3月9日发出的"
    unrecorded = CONFIRMED | {"conf_sent_at": None, "changed_at": "2026-03-09 16:00"}
    assert drafts(order(**unrecorded))[0].values["replaces"] == "此前的"
    assert drafts(order(**APPROVED))[0].values["replaces"] == ""


@pytest.mark.parametrize("lacking", [{"address": None}, {"pay_term": None}, {"product_name": None, "model": None}])
def test_what_lacks_one_of_the_eight_gets_a_finding_and_no_letter(lacking: dict[str, Any]) -> None:
    changed = SENT | {"changed_at": "2026-03-09 16:00"}
    for facts in (APPROVED, changed):
        assert drafts(order(**facts | lacking)) == []
        assert len(found("CNF-002", context(orders=[order(**facts | lacking)]))) == 1
        assert found("CNF-002", context(orders=[order(**facts)])) == []


# --- names and bytes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "file"),
    [
        ("甲公司", "订单确认函_1_甲公司.docx"),
        ("../../etc/passwd", "订单确认函_1_etc_passwd.docx"),
        ('a\\b:c*d?"e<f>g|h', "订单确认函_1_a_b_c_d_e_f_g_h.docx"),
        ("甲 公司\n北京\t分部", "订单确认函_1_甲_公司_北京_分部.docx"),
        ("甲\u202e\x00公司", "订单确认函_1_甲公司.docx"),
        ("字" * 200, f"订单确认函_1_{'字' * 40}.docx"),
        ("", "订单确认函_1_–.docx"),
    ],
)
def test_what_people_wrote_is_never_a_path(customer: str, file: str) -> None:
    [made] = named([Draft("confirmation", "1", customer, {})], "zh")
    assert made.file == file
    assert len(file.encode()) < 255


def test_no_two_letters_share_a_name_on_any_disk() -> None:
    alike = [Draft("confirmation", number, "Ａ", {}) for number in ("x1", "X1", "x/1", "x:1")]
    files = [each.file.casefold() for each in named(alike, "zh")]
    assert len(set(files)) == len(files)


def test_the_same_letter_is_the_same_bytes() -> None:
    [draft] = drafts(order(**APPROVED))
    once = written(draft)
    assert written(draft) == once
    with zipfile.ZipFile(BytesIO(once)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
