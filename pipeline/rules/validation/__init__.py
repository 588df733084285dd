"""Validation: what is asked of rows as they were read, before they are posted to the ledger.

Typed sheets go in, all of a kind at once. Rows in the ledger's form come out with their business keys, the numbers they
were given, and findings, some of which hold a row.
"""
