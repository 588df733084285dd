"""The durable memory of every accepted fact. Alone knows SQLAlchemy."""

from pipeline.ledger.changes import arrivals, earlier_orders
from pipeline.ledger.entries import Entry, latest_entries, note_entries, noted_cells
from pipeline.ledger.handed import Given, given_before, note_given
from pipeline.ledger.lives import Life, Lives, live, looked_back
from pipeline.ledger.night import Night, begin, close, nights
from pipeline.ledger.post import FactRows, Posting, post
from pipeline.ledger.recall import recall, waiting_held
from pipeline.ledger.returned import Newer, family, heads_of, newer, origin_drop, places, written
from pipeline.ledger.senders import sheets_before
from pipeline.ledger.sources import (
    Drop,
    add_drop,
    drops_of,
    kept_codes,
    known_bytes,
    known_rows,
    live_flaws,
    living_drops,
    note_attempt,
    remembered_numbers,
    settle_drop,
    used_numbers,
)
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.ledger.undo import redo, undo
from pipeline.ledger.versions import Version, versions_of
from pipeline.ledger.waits import Left, left_on, nights_waited, note_left

__all__ = [
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
    "Version",
    "add_drop",
    "arrivals",
    "begin",
    "close",
    "drops_of",
    "earlier_orders",
    "family",
    "given_before",
    "heads_of",
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
    "nights",
    "nights_waited",
    "note_attempt",
    "note_entries",
    "note_given",
    "note_left",
    "noted_cells",
    "open_ledger",
    "origin_drop",
    "places",
    "post",
    "recall",
    "redo",
    "remembered_numbers",
    "settle_drop",
    "sheets_before",
    "undo",
    "used_numbers",
    "versions_of",
    "waiting_held",
    "written",
]
