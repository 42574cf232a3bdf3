"""The reader for Markdown: tokens, headings, formulas, tables, HTML."""
