"""Judgments: what must hold of a row, of rows together, and of the whole night."""
