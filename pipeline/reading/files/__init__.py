"""File formats: a file becomes plain grids of cells, every limit enforced before a byte is trusted."""
