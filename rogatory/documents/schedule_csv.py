"""Rows as CSV that a spreadsheet shows and never runs: RFC 4180, every field quoted, lines ended by CR LF.

A spreadsheet takes a field that begins with = + - @ for a formula, whatever quotes are about it, and some split a field
once more at a semicolon, a tab or a line break. So wherever a formula could begin, at the start of a text or after such
a mark, an apostrophe stands before it, as OWASP advises; and each control character, and each that turns the text
around it, is written as its code, [U+0009]. The JSON beside it is exact.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know that the file is UTF-8."""
FORMULA = re.compile(r"(^|[;,|\t\r\n\"])([\s\u00a0]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a formula could begin; the last four are the full-width forms, which some spreadsheets take for the others."""
STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
END = "\r\n"


def csv_of(rows: Sequence[Mapping[str, JsonValue]]) -> str:
    """The rows under their names. A number is written as it is, nothing as an empty field."""
    lines = [_line(list(rows[0]))] if rows else []
    lines += [_line(row.values()) for row in rows]
    return BYTE_ORDER_MARK + "".join(lines)


def safe(text: str) -> str:
    """A text that no spreadsheet runs."""
    text = FORMULA.sub(r"\1\2'", text)
    if text.isprintable():
        return text
    return "".join(f"[U+{ord(char):04X}]" if unicodedata.category(char) in STEERING else char for char in text)


def _line(values: Iterable[JsonValue]) -> str:
    return ",".join(_field(value) for value in values) + END


def _field(value: JsonValue) -> str:
    if isinstance(value, bool):
        return '"yes"' if value else '"no"'
    if isinstance(value, int | float):
        return f'"{value}"'
    said = safe("" if value is None else str(value))
    return '"' + said.replace('"', '""') + '"'
