"""Measuring the night against what a user would otherwise write."""
