"""Write the workbooks people open.

A declared deliverable and the tables of a night go in, a file comes out; so do blank workbooks to fill in,
the managers' policy workbook, and plain rows of a sender's workbook that cannot be marked in place.
"""
