"""Validation: what is asked of rows as they were read, before they are posted to the ledger."""
