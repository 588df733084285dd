"""The ledger's tables: append-only versions, a materialised head, lives of findings.

nights    one row per night that was judged
drops     (received files) one row per file taken in (token); the same bytes twice are two received files
facts     one row per accepted or held row version; never changed
heads     the version that counts, per kind and key; rebuilt from facts at any time
changes   order versions that say something else than the ones they replaced
promises  order versions that promise another day than the ones before them, whether these count or not
`flaws`   findings made while reading, attached to the version they are about
lives     spans of nights over which a finding was open
entries   what staff typed into the outputs, every change
numbers   numbers assigned to rows that came without one
waits     files left in the inbox, night by night
returned  received files that are the corrected copy of an earlier received file
corrected received files of our own: an earlier received file read once more with the cells that staff corrected
targets   where the corrections that staff typed belong, and what became of them
waived    the value that a waiver was granted for
told      the findings of the last night, as it reported them, and those that ended with it
pairs     rows of a workbook's next version, with the row of the version before that each of them replaces
passed    numbers that passed from a row that had none to its next version, by what that says
answered  versions that do not count because somebody answered that their row was deleted, or pasted twice
ways      workbooks of which somebody said how they come: the whole table again, or only what is new
aside     row versions on which our own program failed: they count no more
layout    the number of this layout, one row
rereads   received files that are to be read once more, for what an earlier release made of their numbers
handed    what other systems were given of each document, night by night
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

nights = Table(
    "nights",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("as_of", String, nullable=False, unique=True),  # local, ISO
    Column("is_closed", Boolean, nullable=False, default=False),
    Column("summary", Text, nullable=False, default="{}"),  # JSON
)
received_files = Table(
    "drops",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("night_id", ForeignKey("nights.id"), nullable=False, index=True),
    Column("name", String, nullable=False),  # below the inbox, with / between folders
    Column("sha256", String, nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("modified", String, nullable=False),
    Column("state", String, nullable=False),  # claimed read known refused
    Column("rule", String, nullable=False, default=""),  # why it was refused
    Column("content", String, nullable=False, default=""),  # hash of typed rows
    Column("attempts", Integer, nullable=False, default=0),
    Column("is_undone", Boolean, nullable=False, default=False),
    Column("sheets", Text, nullable=False, default="[]"),  # JSON
    Column("flaws", Text, nullable=False, default="[]", key="findings"),  # file and sheet findings
)
facts = Table(
    "facts",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("drop_id", ForeignKey("drops.id"), nullable=False, index=True, key="file_id"),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("is_held", Boolean, nullable=False),
    Column("sheet", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("facts", Text, nullable=False),  # JSON by column name, blanks left out
    Index("facts_by_key", "kind", "key"),
)
heads = Table(
    "heads",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
)
changes = Table(
    "changes",
    METADATA,
    Column("seq", Integer, primary_key=True),  # an order version of other content than the one it replaced
    Column("was", Integer, nullable=False),
)
promises = Table(
    "promises",
    METADATA,
    Column("seq", Integer, primary_key=True),
)
releases = Table(
    "releases",
    METADATA,
    Column("seq", Integer, primary_key=True),  # a held version that was fixed
    Column("drop_id", ForeignKey("drops.id"), nullable=False, index=True, key="file_id"),
)
pairs = Table(
    "pairs",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("was", Integer),  # the version it replaces; missing for the first of a record
    Column("record", Integer, nullable=False, index=True),  # the first version of all that replaced each other
    Column("rank", Integer, nullable=False),  # as old as this version: one that says nothing new is as its former
    Column("is_renamed", Boolean, nullable=False),  # it goes by another key than its former
    Column("question", String, nullable=False, server_default=""),  # columns it differs in, where somebody is asked
)
passed = Table(
    "passed",
    METADATA,
    Column("fingerprint", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("drop_id", ForeignKey("drops.id"), nullable=False, key="file_id"),
)
answered = Table(
    "answered",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("finding_id", String, nullable=False),
)
ways = Table(
    "ways",
    METADATA,
    Column("workbook", String, primary_key=True),  # folder and name, without marks of copying
    Column("way", String, nullable=False),  # whole only_new
)
row_findings = Table(
    "flaws",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("seq", ForeignKey("facts.seq"), nullable=False, index=True),
    Column("finding", Text, nullable=False),  # JSON
)
finding_spans = Table(
    "lives",
    METADATA,
    Column("finding_id", String, primary_key=True),
    Column("from_night", Integer, primary_key=True),
    Column("to_night", Integer),  # first night it was gone; missing while open
    Column("file", String, nullable=False, server_default=""),  # where it was found
)
entries = Table(
    "entries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("night_id", ForeignKey("nights.id"), nullable=False),
    Column("workbook", String, nullable=False),
    Column("sheet", String, nullable=False),
    Column("key", String, nullable=False),
    Column("field", String, nullable=False),
    Column("value", Text, nullable=False),  # empty: cleared
    Column("file", String, nullable=False),
    Column("person", String, nullable=False),
    Index("entries_by_cell", "workbook", "sheet", "key", "field"),
)
numbers = Table(
    "numbers",
    METADATA,
    Column("fingerprint", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("drop_id", ForeignKey("drops.id"), nullable=False, key="file_id"),
)
waiting = Table(
    "waits",
    METADATA,
    Column("night_id", ForeignKey("nights.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("rule", String, nullable=False),
    Column("mark", String, nullable=False),  # size and time of change
    Column("person", String, nullable=False, default=""),
)
healed = Table(
    "healed",
    METADATA,
    Column("night_id", ForeignKey("nights.id"), primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("name", String, nullable=False),
)
returned = Table(
    "returned",
    METADATA,
    Column("drop_id", ForeignKey("drops.id"), primary_key=True, key="file_id"),
    Column("origin_id", ForeignKey("drops.id"), nullable=False, index=True),
)
corrected = Table(
    "corrected",
    METADATA,
    Column("drop_id", ForeignKey("drops.id"), primary_key=True, key="file_id"),
    Column("origin_id", ForeignKey("drops.id"), nullable=False, index=True),
    Column("patches", Text, nullable=False),  # JSON: sheet, row, letter, value
    Column("causes", Text, nullable=False),  # JSON: keys of the corrections it needs
)
targets = Table(
    "targets",
    METADATA,
    Column("key", String, primary_key=True),  # of the correction among the facts
    Column("drop_id", Integer, primary_key=True, key="file_id"),  # zero where there is no such cell
    Column("state", String, nullable=False),
    Column("finding", Text, nullable=False),  # JSON: the record, and the cell as its place
    Column("raw", Text, nullable=False, default=""),  # what stands in the source
    Column("night_id", ForeignKey("nights.id"), nullable=False),
)
waived = Table(
    "waived",
    METADATA,
    Column("seq", Integer, primary_key=True),  # version of the waiver
    Column("finding_id", String, primary_key=True),
    Column("raw", Text, nullable=False),
    Column("night_id", ForeignKey("nights.id"), nullable=False),
)
reported = Table(
    "told",
    METADATA,
    Column("finding_id", String, primary_key=True),
    Column("finding", Text, nullable=False),  # JSON
    Column("ended_night", ForeignKey("nights.id")),  # missing while it is open
)
aside = Table(
    "aside",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("night_id", ForeignKey("nights.id"), nullable=False),
)
rereads = Table("rereads", METADATA, Column("drop_id", Integer, primary_key=True, key="file_id"))
layout = Table("layout", METADATA, Column("number", Integer, primary_key=True))
exported = Table(
    "handed",
    METADATA,
    Column("night_id", ForeignKey("nights.id"), primary_key=True),
    Column("as_of", String, primary_key=True),  # the run that gave it; a night cut short may have several
    Column("target", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("state", String, nullable=False),  # new update known withdrawn
    Column("mark", String, nullable=False),  # hash of what was exported
    Column("name", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("file", String, nullable=False, server_default=""),
    Column("lines", Text, nullable=False, server_default="[]"),  # JSON: names of its lines there
)
