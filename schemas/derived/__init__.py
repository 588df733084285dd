"""Tables that the pipeline makes: order status, receivables, complaint cases, findings, to-do list, exports.

A class a table: its columns with their types are the only names under which rooms hand frames to each other.
"""
