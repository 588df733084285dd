"""The mistakes people make in their workbooks, one function or one row of `defects.csv` each.

In goes a planter with clean sheets; out come the same sheets with the defects in them, each noted with the rule that
must find it.
"""
