"""Words, names, numerals and spellings: everything that staff read or write."""
