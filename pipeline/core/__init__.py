"""What every room stands on.

The workspace, errors, files that survive a power cut, frames, money, phrases and working time;
nothing here knows of orders, rules or workbooks.
"""
