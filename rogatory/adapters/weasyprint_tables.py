"""Mends right-to-left tables of WeasyPrint 70: one laid out twice had the widths of its columns the wrong way round.

Where the last row of a table fits on a page but its border does not, the table is laid out again; its first layout has
reversed the list of widths for drawing, in place (weasyprint/layout/table.py, "Invert columns for drawing").
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.layout import block


def mend() -> None:
    """Has every layout of a table begin with the widths it was given. More than once does no more."""
    if not hasattr(block.table_layout, "__wrapped__"):
        block.table_layout = _with_its_own_widths(block.table_layout)


def _with_its_own_widths(layout: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(layout)
    def table_layout(context: object, table: Any, *rest: object) -> Any:
        given = table.column_widths
        table.column_widths = list(given)
        try:
            return layout(context, table, *rest)
        finally:
            table.column_widths = given

    return table_layout
