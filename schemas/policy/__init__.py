"""The shipped policy: rules, deadlines, ladder, pay terms, routing, states, days.

One CSV file and one class a table. A workspace's policy workbook overrides what its managers may decide.
"""
