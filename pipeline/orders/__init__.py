"""Orders joined with everything that happened to them.

Accepted rows go in; facts, status, pay terms, prices, credit, lead times and priority come out, one row per order.
"""
