"""Values of cells: one raw cell becomes a typed value, a blank, or a finding.

In goes what stands in a cell (what python-calamine gives, or ErrorCell, NO_VALUE, PICTURE for what it hides),
out comes `Parsed`. Pure functions; nothing here opens a file but the table of spellings, and nothing loads
pandas, for this runs in the child process that reads.
"""
