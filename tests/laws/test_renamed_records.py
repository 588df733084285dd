"""A record whose number or key is mended keeps its history: every table that may hold a key says how it does."""

from __future__ import annotations

import pytest
from sqlalchemy import String, Text

from pipeline.ledger.tables import METADATA
from tests.support.places import ROOT

VERSIONS = "tests/nights/test_versions.py::"
# Where keys, numbers and ids of findings are found again by those of today, and what asks for that.
FOLLOWS = {
    "heads.key": f"{VERSIONS}test_a_model_corrected_in_the_only_line_of_an_order",
    "lives.finding_id": f"{VERSIONS}test_a_finding_is_as_old_as_it_was_when_the_number_of_its_record",
    "entries.key": f"{VERSIONS}test_what_is_typed_beside_a_record_without_a_number_goes_with_it",
    "passed.fingerprint": f"{VERSIONS}test_a_complaint_keeps_the_number_it_was_given",
    "passed.number": f"{VERSIONS}test_a_complaint_keeps_the_number_it_was_given",
    "numbers.fingerprint": f"{VERSIONS}test_a_complaint_keeps_the_number_it_was_given",
    "numbers.number": f"{VERSIONS}test_a_complaint_keeps_the_number_it_was_given",
    "waived.finding_id": f"{VERSIONS}test_a_finding_is_as_old_as_it_was_when_the_number_of_its_record",
}
# What a version said when it came, under the key it had then; who reads it asks `pairs` for the record of today.
AS_IT_WAS = {
    "facts.key": f"{VERSIONS}test_what_a_line_was_promised_for_goes_with_it_when_its_name_is_mended",
    "facts.facts": "tests/orders/test_references.py::test_what_calls_an_order_by_the_number_it_had_is_counted_there",
    "flaws.finding": "read with the version that counts",
    "drops.flaws": "about files and sheets",
    "told.finding_id": "of one night alone: the next asks by the ids of today",
    "told.finding": "of one night alone",
    "targets.key": "of a correction among the facts, which is about a cell of one file",
    "targets.finding": "about a cell of one file",
    "corrected.causes": "keys of corrections",
    "corrected.patches": "cells of one file",
    "answered.finding_id": "of a question about a workbook, never of a record",
    "handed.key": "what another system was given: there the old number is taken back and the new one given",
    "handed.name": "as given to another system",
    "handed.lines": "as given to another system",
}
NO_KEY = {
    *("nights.as_of", "nights.summary"),
    *("drops.token", "drops.name", "drops.sha256", "drops.modified", "drops.state", "drops.rule", "drops.content"),
    *("drops.sheets", "facts.kind", "facts.sheet", "heads.kind", "pairs.question", "ways.workbook", "ways.way"),
    *("lives.file", "entries.workbook", "entries.sheet", "entries.field", "entries.value", "entries.file"),
    *("entries.person", "waits.name", "waits.rule", "waits.mark", "waits.person", "healed.sha256", "healed.name"),
    *("targets.state", "targets.raw", "waived.raw", "handed.as_of", "handed.target", "handed.document"),
    *("handed.state", "handed.mark", "handed.customer", "handed.file"),
}


def test_every_text_of_the_ledger_follows_its_record_or_says_why_it_need_not() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, String | Text)
    }
    told = [*FOLLOWS, *AS_IT_WAS, *NO_KEY]
    assert len(told) == len({*told}), "told of twice"
    assert texts == {*told}


@pytest.mark.parametrize(
    "place", sorted({place for place in (*FOLLOWS.values(), *AS_IT_WAS.values()) if "::" in place})
)
def test_what_is_said_to_follow_is_asked_for(place: str) -> None:
    file, _, name = place.partition("::")
    assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8")
