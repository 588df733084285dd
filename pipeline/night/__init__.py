"""The steps of the night, each a few calls of other rooms; their order stands in `run.py`.

An inbox and a ledger go in; a published folder, its counts and the lines of the log come out. What joins several rooms
stands here too: the findings list, the to-do list, the story of a number.
"""
