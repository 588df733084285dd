"""Words, names, spellings and numerals: everything that staff read or write.

Keys and texts of cells go in; words in a language, and the values that spellings stand for, come out.
"""
