"""Nouns of paper: every deliverable that has a name. No input, no output."""
