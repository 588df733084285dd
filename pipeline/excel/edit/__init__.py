"""Change a workbook part by part: marks, notes and a list go into the package, every byte we do not own stays.

The bytes of a sender's workbook and the places to be marked go in; the parts of the same workbook come out, changed.
"""
