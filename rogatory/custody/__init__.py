"""Signed statements, the case ledger, packages and their verification. Pure: no disk, network or clock."""
