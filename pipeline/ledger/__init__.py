"""The durable ledger: what was received, every version of every fact, and what became of findings.

Received files with their validated rows go in; frames of the facts that count, findings and their history come out.
The only room that knows SQLAlchemy.
"""

from pipeline.ledger.answers import bring_to_answers
from pipeline.ledger.aside import rows_that_count, set_rows_aside
from pipeline.ledger.changes import arrivals, earlier_orders, former_names
from pipeline.ledger.corrected import (
    CorrectedFile,
    RereadFile,
    clashing_files,
    corrected_files,
    numbers_at,
    post_corrected,
    received_file,
)
from pipeline.ledger.corrections import TYPED as TYPED_CORRECTION
from pipeline.ledger.corrections import (
    Correction,
    StoredRow,
    Target,
    correction_targets,
    keep_targets,
    newest_row,
    row_at,
    row_of,
    takes_back,
    typed_corrections,
)
from pipeline.ledger.exports import ExportedDocument, exported_before, note_exported
from pipeline.ledger.finding_history import (
    FindingHistory,
    FindingState,
    ended_on,
    ever_reported,
    history_of_past,
    keep_reported,
    last_reported,
    note_open,
)
from pipeline.ledger.healed import HealedFile, healed_files, note_healed
from pipeline.ledger.load import assigned_numbers, held_rows, kept_codes, load_facts, record_owners, used_numbers
from pipeline.ledger.night import Night, all_nights, begin, close
from pipeline.ledger.pairs import ONLY_NEW, WHOLE, FormerRow, Replacement, Workbooks, living_rows
from pipeline.ledger.post import FactRows, Posting, post_rows
from pipeline.ledger.promises import promised_days
from pipeline.ledger.received_files import (
    ReceivedFile,
    attempt,
    counting_files,
    findings_ever,
    findings_of_file,
    known_bytes,
    known_rows,
    list_received,
    open_file_findings,
    read_before,
    record_received,
    settle_received,
    sheets_before,
    take_over,
    was_undone,
)
from pipeline.ledger.renamed import Renamed, renamed_records
from pipeline.ledger.repeated import rows_asked_about
from pipeline.ledger.rereading import WAITING, files_to_reread, reread_unless
from pipeline.ledger.returned import (
    NewerVersion,
    facts_by_place,
    files_behind,
    find_named,
    find_origin,
    heads_of_files,
    newer_versions,
    related_files,
)
from pipeline.ledger.staff_entries import StaffEntry, latest_entries, note_entries, noted_cells, store_entries
from pipeline.ledger.standing import AskedPair, OpenWay, StandingRow, Vanished, what_stands
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.ledger.undo import put_back, take_back, take_back_night
from pipeline.ledger.versions import Version, comparable, near_numbers, versions_of
from pipeline.ledger.waiting_files import WaitingFile, nights_waited, note_waiting, waiting_on
from pipeline.ledger.waivers import first_version, grants, keep_grants

__all__ = [
    "ONLY_NEW",
    "TYPED_CORRECTION",
    "WAITING",
    "WHOLE",
    "AskedPair",
    "CorrectedFile",
    "Correction",
    "ExportedDocument",
    "FactRows",
    "FindingHistory",
    "FindingState",
    "FormerRow",
    "HealedFile",
    "Ledger",
    "NewerVersion",
    "Night",
    "OpenWay",
    "Posting",
    "ReceivedFile",
    "Renamed",
    "Replacement",
    "RereadFile",
    "StaffEntry",
    "StandingRow",
    "StoredRow",
    "Target",
    "Vanished",
    "Version",
    "WaitingFile",
    "Workbooks",
    "all_nights",
    "arrivals",
    "assigned_numbers",
    "attempt",
    "begin",
    "bring_to_answers",
    "clashing_files",
    "close",
    "comparable",
    "corrected_files",
    "correction_targets",
    "counting_files",
    "earlier_orders",
    "ended_on",
    "ever_reported",
    "exported_before",
    "facts_by_place",
    "files_behind",
    "files_to_reread",
    "find_named",
    "find_origin",
    "findings_ever",
    "findings_of_file",
    "first_version",
    "former_names",
    "grants",
    "heads_of_files",
    "healed_files",
    "held_rows",
    "history_of_past",
    "keep_grants",
    "keep_reported",
    "keep_targets",
    "kept_codes",
    "known_bytes",
    "known_rows",
    "last_reported",
    "latest_entries",
    "list_received",
    "living_rows",
    "load_facts",
    "near_numbers",
    "newer_versions",
    "newest_row",
    "nights_waited",
    "note_entries",
    "note_exported",
    "note_healed",
    "note_open",
    "note_waiting",
    "noted_cells",
    "numbers_at",
    "open_file_findings",
    "open_ledger",
    "post_corrected",
    "post_rows",
    "promised_days",
    "put_back",
    "read_before",
    "received_file",
    "record_owners",
    "record_received",
    "related_files",
    "renamed_records",
    "reread_unless",
    "row_at",
    "row_of",
    "rows_asked_about",
    "rows_that_count",
    "set_rows_aside",
    "settle_received",
    "sheets_before",
    "store_entries",
    "take_back",
    "take_back_night",
    "take_over",
    "takes_back",
    "typed_corrections",
    "used_numbers",
    "versions_of",
    "waiting_on",
    "was_undone",
    "what_stands",
]
