"""The durable ledger of every accepted fact. Alone knows SQLAlchemy."""

from pipeline.ledger.changes import arrivals, earlier_orders
from pipeline.ledger.corrected import (
    CorrectedFile,
    Remade,
    clashing_files,
    corrected_files,
    drop_of,
    numbers_at,
    remake,
)
from pipeline.ledger.corrections import (
    Correction,
    Stored,
    Target,
    correction_targets,
    keep_targets,
    newest_row,
    row_at,
    row_of,
    typed_corrections,
)
from pipeline.ledger.exports import Given, given_before, note_given
from pipeline.ledger.finding_history import FindingHistory, Life, live, looked_back
from pipeline.ledger.last_report import ended, ever_told, keep_told, last_reported
from pipeline.ledger.load import recall, waiting_held
from pipeline.ledger.night import Night, all_nights, begin, close
from pipeline.ledger.post import FactRows, Posting, post_rows
from pipeline.ledger.promises import promises
from pipeline.ledger.received_files import (
    ReceivedFile,
    add_drop,
    drops_of,
    flaws_of,
    kept_codes,
    known_bytes,
    known_rows,
    live_flaws,
    living_drops,
    note_attempt,
    read_before,
    remembered_numbers,
    settle_drop,
    take_over,
    used_numbers,
    was_undone,
)
from pipeline.ledger.returned import Newer, family, heads_of, newer, origin_drop, places, written
from pipeline.ledger.senders import sheets_before
from pipeline.ledger.staff_entries import Entry, latest_entries, note_entries, noted_cells
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.ledger.undo import redo, undo
from pipeline.ledger.versions import Version, versions_of
from pipeline.ledger.waiting_files import Left, left_on, nights_waited, note_left
from pipeline.ledger.waivers import first_version, grants, keep_grants

__all__ = [
    "CorrectedFile",
    "Correction",
    "Entry",
    "FactRows",
    "FindingHistory",
    "Given",
    "Ledger",
    "Left",
    "Life",
    "Newer",
    "Night",
    "Posting",
    "ReceivedFile",
    "Remade",
    "Stored",
    "Target",
    "Version",
    "add_drop",
    "all_nights",
    "arrivals",
    "begin",
    "clashing_files",
    "close",
    "corrected_files",
    "correction_targets",
    "drop_of",
    "drops_of",
    "earlier_orders",
    "ended",
    "ever_told",
    "family",
    "first_version",
    "flaws_of",
    "given_before",
    "grants",
    "heads_of",
    "keep_grants",
    "keep_targets",
    "keep_told",
    "kept_codes",
    "known_bytes",
    "known_rows",
    "last_reported",
    "latest_entries",
    "left_on",
    "live",
    "live_flaws",
    "living_drops",
    "looked_back",
    "newer",
    "newest_row",
    "nights_waited",
    "note_attempt",
    "note_entries",
    "note_given",
    "note_left",
    "noted_cells",
    "numbers_at",
    "open_ledger",
    "origin_drop",
    "places",
    "post_rows",
    "promises",
    "read_before",
    "recall",
    "redo",
    "remake",
    "remembered_numbers",
    "row_at",
    "row_of",
    "settle_drop",
    "sheets_before",
    "take_over",
    "typed_corrections",
    "undo",
    "used_numbers",
    "versions_of",
    "waiting_held",
    "was_undone",
    "written",
]
