"""Nouns of data: every table, word and rule that has a name."""
