"""Word documents in the layout of Chinese official papers: page, type, tables, pictures."""
