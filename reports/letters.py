"""Letters to customers: what stands in them and in which order. Their words are in words_letters.csv."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reports.shape import Letter, LetterColumn, LetterTable, Slip, Text

FOLDER = "folder.letters"
LIST, ROW = "lines", "line"  # slots: the rows of the table, and one of them
HEAD = (  # what every letter says
    "company company_address company_phone number customer letter_on".split()
)
ADDRESSED = (
    Text("letter.number", "LetterRight"),
    Text("letter.addressee", "LetterStrong", stays=True),
)
SIGNED = (
    Text("letter.signed", "LetterSigned", stays=True),
    Text("letter.day", "LetterRight"),
)
TORN = Text("letter.tear", "LetterTear", stays=True)
STAMPED = Text("letter.stamped", "LetterSmall")
TALL = 800

CONFIRMATION = Letter(
    key="confirmation",
    title="letter.confirmation.title",
    blocks=(
        Text("letter.confirmation.title", "LetterTitle"),
        *ADDRESSED,
        Text("letter.confirmation.opening"),
        Text("letter.confirmation.replaces", when="replaces"),
        LetterTable(
            (
                LetterColumn("letter.c_no", "line_no", 620),
                LetterColumn("letter.c_product", "product", 3010, "left"),
                LetterColumn("letter.c_qty", "qty", 900, "right"),
                LetterColumn("letter.c_uom", "uom", 680),
                LetterColumn("letter.c_price", "price", 1240, "right"),
                LetterColumn("letter.c_amount", "amount", 1420, "right", total="total"),
                LetterColumn("letter.c_due", "due_on", 1200),
            ),
            total="letter.c_total",
        ),
        Text("letter.confirmation.total", "LetterTotal"),
        Text("letter.confirmation.discount", "LetterTotal", when="discount"),
        Text("letter.confirmation.their_no", "LetterItem", when="customer_po"),
        Text("letter.confirmation.contract", "LetterItem", when="contract_no"),
        Text("letter.confirmation.paying", "LetterItem"),
        Text("letter.confirmation.deposit", "LetterItem", when="deposit"),
        Text("letter.confirmation.address", "LetterItem"),
        Text("letter.confirmation.contact", "LetterItem", when="contact"),
        Text("letter.confirmation.asking"),
        Text("letter.confirmation.closing"),
        *SIGNED,
        TORN,
        Text("letter.slip", "LetterSlip", stays=True),
        Slip(
            (
                ("letter.s_order", "letter.s_order_no", 0),
                ("letter.s_result", "letter.s_ticks", 0),
                ("letter.s_change", "letter.s_blank", TALL),
            )
        ),
        Text("letter.confirmation.hint", "LetterSmall", stays=True),
        STAMPED,
    ),
    slots=(
        *HEAD,
        *"order_no order_on customer_po contract_no replaces total total_words tax discount pay_term deposit".split(),
        *"address contact phone sales_owner reply_days reply_by".split(),
    ),
    row_slots=tuple("line_no product qty uom price amount due_on".split()),
)
LETTERS: Mapping[str, Letter] = MappingProxyType({letter.key: letter for letter in (CONFIRMATION,)})
