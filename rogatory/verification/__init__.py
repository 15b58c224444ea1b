"""Verifies PDFs, ledgers, packages and folders without our server: only bytes and trust anchors go in."""
