"""Nouns of data: every table, word and rule that has a name.

CSV files and classes go in; typed rows, columns and words come out. Nothing here holds a frame, opens a workbook
or knows a clock.
"""
