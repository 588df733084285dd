"""The rules of the company: registry and context, validation, families of predicates, waivers, policy workbook.

Rows as read and tables as derived go in, findings come out.
"""
