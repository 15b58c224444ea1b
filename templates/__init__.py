"""Formal documents by type, then language; the most specific file wins. Jinja2, CSS and fonts, no Python."""
