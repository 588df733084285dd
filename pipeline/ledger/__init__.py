"""The durable memory of every accepted fact. Alone knows SQLAlchemy."""

from pipeline.ledger.changes import arrivals, earlier_orders
from pipeline.ledger.corrected import Remade, Standing, clashing, drop_of, numbers_at, remake, standing
from pipeline.ledger.corrections import (
    Correction,
    Stored,
    Target,
    corrections,
    keep_targets,
    newest_row,
    row_at,
    row_of,
    targets,
)
from pipeline.ledger.exports import Given, given_before, note_given
from pipeline.ledger.finding_history import Life, Lives, live, looked_back
from pipeline.ledger.last_report import ended, ever_told, keep_told, told
from pipeline.ledger.load import recall, waiting_held
from pipeline.ledger.night import Night, begin, close, nights
from pipeline.ledger.post import FactRows, Posting, post
from pipeline.ledger.promises import promises
from pipeline.ledger.received_files import (
    Drop,
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
    "Correction",
    "Drop",
    "Entry",
    "FactRows",
    "Given",
    "Ledger",
    "Left",
    "Life",
    "Lives",
    "Newer",
    "Night",
    "Posting",
    "Remade",
    "Standing",
    "Stored",
    "Target",
    "Version",
    "add_drop",
    "arrivals",
    "begin",
    "clashing",
    "close",
    "corrections",
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
    "latest_entries",
    "left_on",
    "live",
    "live_flaws",
    "living_drops",
    "looked_back",
    "newer",
    "newest_row",
    "nights",
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
    "post",
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
    "standing",
    "take_over",
    "targets",
    "told",
    "undo",
    "used_numbers",
    "versions_of",
    "waiting_held",
    "was_undone",
    "written",
]
