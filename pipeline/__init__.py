"""Verbs: what a night does, one step a module. Read `run.py` first."""
