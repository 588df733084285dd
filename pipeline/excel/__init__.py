"""Workbooks as files: the only room that knows XlsxWriter and the package format.

Tables and declared layouts go in, workbooks come out; a returned copy is edited part by part,
so that what we do not touch stays as it was.
"""
