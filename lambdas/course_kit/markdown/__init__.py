"""Markdown as a reader sees it: tokens, headings, formulas, tables, HTML."""
