"""Workbooks as files: the only room that knows XlsxWriter and the format of packages.

Tables and declared deliverables go in, workbooks come out (`write`); a sender's workbook goes in and comes out marked,
changed part by part, so that what we do not touch stays as it was (`edit`). `names` holds what both must call things.
"""
