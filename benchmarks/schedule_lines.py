"""What schedules cost; lines of `python -m benchmarks.documents`.

schedule             10,000 rows in parts: CPU seconds of parent and children, and the most memory one process held
schedule_growth      the same against 1,000 rows
schedule_weasyprint  against bare WeasyPrint setting the same table, tagged, fixed layout, in one document
schedule_typst       against bare typst setting the same cells in a plain table, tagged, in one document
schedule_start       of one process, which has no more than one row to set: counted apart, once for each part

CPU seconds, since the clock tells of the neighbours; each of the last three runs in a process of its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from html import escape

from pydantic import JsonValue

from rogatory.adapters.faces import FONTS
from rogatory.adapters.schedule_cells import Setter
from rogatory.adapters.schedules import TypstSchedules
from rogatory.documents.schedule import parts_of, settled
from schemas.documents import DocumentType, Sheet
from tests.documents.dossiers import digest, sheet_of

MANY, FEW, ROUNDS = 10_000, 1_000, 3
TEMPLATES = FONTS.parents[1]
PLAIN = """
#let rows = json(bytes(sys.inputs.rows))
#set document(title: "Schedule")
#set text(font: ("Noto Sans",), size: 8.3pt, lang: "en", fallback: false)
#set page(paper: "a4", margin: (top: 30mm, bottom: 28mm, left: 27mm, right: 22mm))
#let lines(cell) = cell.map(((mono, said)) => if mono { text(font: "Noto Sans Mono", size: 6.8pt, said) } else { said })
#table(
  columns: (10mm, 30mm, 1fr, 14mm, 26mm, 49mm), stroke: none, inset: (x: 0mm, y: 1.1mm),
  table.header(..("No.", "Item", "Name, as sent", "Measure", "Bytes, and type", "SHA-256").map(each => strong(each))),
  ..for row in rows { row.map(cell => lines(cell).join(linebreak())) },
)
"""
BARE_TYPST = """
import sys, typst
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sys.argv[1]])
rows = sys.stdin.buffer.read().decode()
source = open(sys.argv[2], "rb").read()
given = {"format": "pdf", "pdf_standards": ["a-3a", "ua-1"], "timestamp": 0, "sys_inputs": {"rows": rows}}
typst.compile(source, font_paths=fonts, **given)
"""
BARE_WEASYPRINT = """
import sys
from weasyprint import HTML
HTML(string=sys.stdin.read()).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
"""
STYLE = (
    "@page{size:A4;margin:30mm 22mm 28mm 27mm}body{margin:0}table{table-layout:fixed;width:161mm;border-collapse:"
    "separate;border-spacing:0;font:8.3pt/1.42 'Noto Sans'}td,th{vertical-align:top;text-align:start;padding:1.1mm 0;"
    "border-bottom:.4pt solid #c9cdd3;overflow-wrap:anywhere}tr{break-inside:avoid}.m{font:6.8pt 'Noto Sans Mono'}"
)
COLUMNS = (10, 30, 32, 14, 26, 49)  # mm


def lines() -> dict[str, dict[str, float]]:
    """Every line by its name."""
    maker = TypstSchedules()
    start = _least(lambda: list(maker.parts(_page(1))))
    maker.held.clear()
    many, wall_many = _spent(lambda: list(maker.parts(_page(MANY))))
    held, parts = max(maker.held), len(parts_of(_rows(MANY)))
    few, wall_few = min(_spent(lambda: list(maker.parts(_page(FEW)))) for _ in range(ROUNDS))
    ours = many - parts * start
    typst, _ = _spent(lambda: _bare_typst(MANY))
    weasyprint, _ = _spent(lambda: _bare_weasyprint(MANY))
    return {
        "schedule": {
            "rows": MANY,
            "parts": parts,
            "cpu_s": round(many, 1),
            "wall_s": round(wall_many, 1),
            "largest_process_mb": round(held / 1e6, 1),
        },
        "schedule_growth": {
            "cpu_ratio": round(many / few, 2),
            "wall_ratio": round(wall_many / wall_few, 2),
            "load": round(os.getloadavg()[0], 1),
        },
        "schedule_weasyprint": _ratio(ours, many, weasyprint),
        "schedule_typst": _ratio(ours, many, typst),
        "schedule_start": {"ms": round(start * 1e3, 1), "parts": parts},
    }


def _ratio(ours: float, with_start: float, bare: float) -> dict[str, float]:
    return {
        "ours_s": round(ours, 2),
        "bare_s": round(bare, 2),
        "ratio": round(ours / bare, 3),
        "ratio_with_start": round(with_start / bare, 3),
    }


def _rows(number: int) -> list[dict[str, JsonValue]]:
    return [
        {
            "number": each,
            "item": f"XV-2026-0001-E{each:05}",
            "name": f"statement of account {each} for the year 2024.pdf",
            "description": "",
            "source": "",
            "measure": "m1",
            "size": each * 917,
            "media_type": "application/pdf",
            "sha256": digest(str(each)).removeprefix("sha256:"),
            "declared_sha256": digest(str(each)).removeprefix("sha256:"),
            "comparison": "equal",
        }
        for each in range(1, number + 1)
    ]


def _page(number: int) -> Sheet:
    page = settled(sheet_of(DocumentType.EVIDENCE_SCHEDULE))
    return page.model_copy(update={"context": page.context | {"rows": [*_rows(number)]}})


def _cells(number: int) -> list[list[list[tuple[bool, str]]]]:
    """The text of every cell, as ours has it; whether it is set in mono."""
    words = {"equal": "as declared", "undeclared": "", "different": "", "source": ""}
    setter = Setter("en", "en", words, TEMPLATES)
    found = []
    for place, row in enumerate(_rows(number), 1):
        _, *cells = setter.row("delivery", place, row)
        found.append([[(line[0] == "mono", line[2]) for line in cell] for cell in cells])  # type: ignore[index,union-attr]
    return found  # type: ignore[return-value]


def _bare_typst(number: int) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".typ", encoding="utf-8") as source:
        source.write(PLAIN)
        source.flush()
        _run(BARE_TYPST, json.dumps(_cells(number)).encode(), str(FONTS), source.name)


def _bare_weasyprint(number: int) -> None:
    head = "".join(f'<col style="width:{width}mm">' for width in COLUMNS)
    body = "".join(f"<tr>{''.join(_td(cell) for cell in row)}</tr>" for row in _cells(number))
    table = f"<table><colgroup>{head}</colgroup><tbody>{body}</tbody></table>"
    page = f'<html lang="en"><title>Schedule</title><style>{STYLE}</style><body>{table}'
    _run(BARE_WEASYPRINT, page.encode())


def _td(cell: list[tuple[bool, str]]) -> str:
    said = (f'<span class="m">{escape(text)}</span>' if mono else escape(text) for mono, text in cell)
    return f"<td>{'<br>'.join(said)}</td>"


def _run(program: str, given: bytes, *arguments: str) -> None:
    ran = [sys.executable, "-c", program, *arguments]
    subprocess.run(ran, input=given, check=True, stdout=subprocess.DEVNULL)


def _least(work: Callable[[], object]) -> float:
    return min(_spent(work)[0] for _ in range(ROUNDS))


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of this process and of the children it awaits; seconds by the clock."""
    began, before = time.monotonic(), _cpu()
    work()
    return _cpu() - before, time.monotonic() - began


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
