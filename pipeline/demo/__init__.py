"""A workspace of realistic workbooks, dirty on purpose, with a list of what was planted."""
