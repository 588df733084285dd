"""Findings as shown: one row per rule broken in one place."""

from __future__ import annotations

from typing import Literal

from schemas.table import Table, Type, column

# What this night did with the cell or row: key tonight.*
Tonight = Literal["refused", "held", "counted", "noted", "waiting"]
# Where a finding stands in its history, and how it went: keys life.*, ended.*
Life = Literal["new", "open", "reopened"]
# What became of a file that lay in the inbox, as people are told: key page.f_*
FileState = Literal["read", "known", "refused", "waiting", "undone", "claimed"]
Ending = Literal["mended", "withdrawn", "waived"]
QuestionState = Literal["open", "answered"]  # keys question.*


class Findings(Table, name="findings"):
    """Shape: one row per open finding. Key: id. Source: `pipeline.night.findings_list`."""

    finding_id = column(Type.CODE)
    rule = column()  # id
    rule_title = column()  # "CNF-003 客户确认超期"
    severity = column(Type.CHOICE)
    src_file = column()
    src_sheet = column()
    cell = column()  # "G42", or "42" for a row, or missing for a file
    src_row = column(Type.INTEGER)
    heading = column()  # as in the sheet
    raw = column()  # as Excel shows it
    problem = column()
    remedy = column()
    owner = column()  # person, else department key said in words
    dept = column(Type.CHOICE)
    due_on = column(Type.DAY)
    first_seen_on = column(Type.DAY)
    age_wd = column(Type.INTEGER)
    tonight = column(Type.CHOICE)  # `Tonight`
    subject = column()  # order, complaint, receipt number where known
    customer_name = column(Type.NAME)
    life = column(Type.CHOICE)  # `Life`
    about = column()  # key of the row it is broken at
    count = column(Type.INTEGER)  # findings the row stands for: more than one where the rest of a pile is one row


class Questions(Table, name="questions"):
    """Shape: one row per question, answered or not. Key: id. Source: `pipeline.night.findings_list`."""

    finding_id = column(Type.CODE)
    state = column(Type.CHOICE)  # `QuestionState`
    rule_title = column()
    problem = column()
    remedy = column()
    choices = column()  # the answers there are, as a drop-down wants them
    proposed = column()
    src_file = column()
    src_sheet = column()
    cell = column()
    src_row = column(Type.INTEGER)
    subject = column()
    customer_name = column(Type.NAME)
    owner = column()
    due_on = column(Type.DAY)  # missing once it is answered
    answered_on = column(Type.DAY)
    answered_by = column(Type.NAME)


class Ended(Table, name="ended"):
    """Shape: one row per finding of last night gone tonight. Key: id. Source: `pipeline.night.findings_list`."""

    finding_id = column(Type.CODE)
    rule_title = column()
    src_file = column()
    src_sheet = column()
    cell = column()
    src_row = column(Type.INTEGER)
    heading = column()
    raw = column()  # as it was
    problem = column()
    owner = column()
    first_seen_on = column(Type.DAY)
    subject = column()
    customer_name = column(Type.NAME)
    how = column(Type.CHOICE)  # `Ending`; `mended` is cleared
