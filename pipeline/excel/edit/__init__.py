"""A workbook changed part by part: marks and notes go into the package, every byte we do not own stays."""
