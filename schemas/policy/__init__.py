"""The shipped policy: rules, deadlines, ladder, pay terms, routing, states, days.

A workspace's policy workbook overrides it.
"""
