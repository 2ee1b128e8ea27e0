"""What a person reads: words, charts, the brief and the workbook. No statistics, no files.

Functions take frames and a `Context` and return figures or bytes; stages write them.
The only files opened here are the package's own words and fonts.
"""
