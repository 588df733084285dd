"""The rules of the company: registry and context, validation, families of predicates, waivers, policy workbook.

Rows as read are validated before they are posted, the tables of the night are evaluated after; findings and open
obligations come out. A rule is one row of `rules.csv`, one predicate in its family, one case in its test.
"""
