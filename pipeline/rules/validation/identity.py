"""When two rows are the same row: business keys per kind."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING

import pandas as pd

from schemas.table import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Identity:
    """Alternatives in order; the first whose leading column is filled names the row.

    `counts`: rows of one file that are equal in the chosen alternative are told apart
    by their ordinal (two equal receipts in one file are two receipts).
    """

    alternatives: tuple[tuple[str, ...], ...]
    counts: tuple[bool, ...]


IDENTITIES: dict[str, Identity] = {
    "orders": Identity((("order_no", "product_name", "model", "spec_text"),), (True,)),
    "tracking": Identity((("order_no", "stage", "batch"),), (False,)),
    "shipments": Identity(
        (
            ("shipment_no", "order_no", "product"),
            ("delivery_note_no", "order_no", "product"),
            ("order_no", "shipped_at", "product"),
        ),
        (True, True, True),
    ),
    "invoices": Identity((("invoice_no", "invoice_code"),), (False,)),
    "receipts": Identity(
        (
            ("receipt_no",),
            ("bank_ref",),
            ("payer", "received_on", "amount_fen", "order_nos"),
            ("customer_name", "received_on", "amount_fen", "order_nos"),
        ),
        (False, False, True, True),
    ),
    "reminders": Identity(
        (
            ("record_no",),
            ("order_no", "contacted_at", "channel"),
            ("customer_name", "contacted_at", "channel"),
        ),
        (False, True, True),
    ),
    "complaints": Identity((("complaint_no",), ("contact", "complained_at", "order_no")), (False, False)),
    "actions": Identity((("complaint_no", "action", "planned_at"),), (True,)),
    "visits": Identity((("complaint_no", "visit_no", "visited_at"),), (True,)),
    "evidence": Identity((("complaint_no", "evidence_type", "file_ref"),), (True,)),
    "capa": Identity((("complaint_no", "measure", "due_on"),), (True,)),
    "customers": Identity((("customer_code",), ("customer_name",)), (False, False)),
    "qualifications": Identity(
        (
            ("customer_code", "document_type", "document_no"),
            ("customer_name", "document_type", "document_no"),
        ),
        (False, False),
    ),
    "opening": Identity((("customer_name", "order_no", "invoice_no"),), (True,)),
    "prices": Identity(
        (
            ("product_code", "customer_group", "valid_from"),
            ("model", "spec_text", "customer_group", "valid_from"),
        ),
        (False, False),
    ),
    "discounts": Identity((("policy_no",), ("customer_grade",)), (True, True)),
    "leadtimes": Identity((("product_code",), ("model",)), (False, False)),
    "transit": Identity((("place",),), (False,)),
    "staff": Identity((("person",),), (False,)),
    "waivers": Identity((("finding_id",), ("rule", "record")), (False, False)),
    "corrections": Identity((("finding_id", "value"),), (False,)),
}


def keys(kind: str, rows: pd.DataFrame) -> pd.Series[str]:
    """Business key of every row; a row without one is named by its content.

    `rows` need their ``src_file`` for ordinals. Keys of one kind never collide with
    fingerprints, which begin with ``~``.
    """
    identity = IDENTITIES[kind]
    made = pd.Series([""] * len(rows), index=rows.index, dtype="str")
    for columns, counts in zip(identity.alternatives, identity.counts, strict=True):
        chosen = (made == "") & rows[columns[0]].notna()
        if chosen.any():
            made[chosen] = _joined(rows[chosen], columns, counts=counts)
    nameless = made == ""
    if nameless.any():
        made[nameless] = fingerprints(rows[nameless])
    return made


def _joined(rows: pd.DataFrame, columns: Sequence[str], *, counts: bool) -> pd.Series[str]:
    joined = _text(rows[columns[0]])
    for column in columns[1:]:
        joined = joined + "|" + _text(rows[column])
    if counts:
        ordinal = joined.groupby([rows["src_file"], joined]).cumcount()
        again = ordinal > 0
        joined = joined.mask(again, joined + "#" + (ordinal + 1).astype("str"))
    return joined


def _text(values: pd.Series) -> pd.Series[str]:
    if pd.api.types.is_datetime64_any_dtype(values):
        written: pd.Series[str] = values.dt.strftime("%Y-%m-%dT%H:%M").astype("str").fillna("")
        return written
    return values.astype("str").fillna("").replace("<NA>", "").str.casefold()


def fingerprints(rows: pd.DataFrame) -> pd.Series[str]:
    """``~`` and a hash of what the row says, not of where it stands."""
    own = [c for c in rows.columns if c not in {str(p) for p in PROVENANCE}]
    hashes = []
    for row in rows[own].itertuples(index=False):
        said = [f"{n}={v}" for n, v in zip(own, row, strict=True) if not pd.isna(v)]
        hashes.append(f"~{blake2s(chr(31).join(said).encode(), digest_size=12).hexdigest()}")
    made = pd.Series(hashes, index=rows.index, dtype="str")
    ordinal = made.groupby([rows["src_file"], made]).cumcount()
    return made.where(ordinal == 0, made + "#" + (ordinal + 1).astype("str"))
