"""What comes back from people: typed words, corrected cells, returned copies, rows fixed after they were held.

Published and dropped workbooks go in; staff entries, corrections and superseded rows come out.
"""
