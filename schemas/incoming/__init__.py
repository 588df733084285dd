"""Tables that staff send: a module for each family of kinds, with columns, identity, signs and examples.

What a sheet may hold is declared here; reading, validation, blank workbooks and the ledger follow it.
"""
