"""Files for the company's own systems, and the list that says what was exported and what was not."""

from __future__ import annotations

FOLDER = "folder.interfaces"
LIST = "file.handed"
# what a file holds: documents the target has not, has already, or knows apart by their names
PARTS = {"new": "handover.file_new", "update": "handover.file_update", "both": "handover.file_both"}
COLUMNS = ("state", "target", "document", "key", "customer", "why", "file", "since")
HEADS = tuple(f"handover.h_{column}" for column in COLUMNS)
