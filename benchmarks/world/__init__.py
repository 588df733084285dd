"""The world of the demo: customers, orders, money and complaints of a year, and the mistakes people make writing them.

In go a seed and a number of orders; out come the rows of two nights, as `pipeline/demo` ships them, and the list of
what was planted in them. It is a tool of those who change the demo and of tests that want another world.
"""
