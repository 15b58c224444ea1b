"""What letters cost; lines of `python -m benchmarks.documents`.

letter       the renderer with all it does (locked down, PDF/A-3a, PDF/UA-1, tagged, data embedded, signature fields, in
             a child under limits) against bare WeasyPrint on the same HTML with the same fonts, which does none of it
letter_made  the same against WeasyPrint asked for PDF/A-3a, tags and the attachment, its fonts kept between letters
throughput   40 letters by two processes against one
start        of a child, until its first letter could be asked for: counted apart

Letters are measured in CPU seconds of parent and child, best of several by turns, since the clock tells of the
neighbours; throughput by the clock, since that is what it is, with the load beside it.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import rfc8785
from weasyprint import HTML, Attachment

from rogatory.adapters.faces import rules
from rogatory.adapters.pdf import VARIANT, LockedFetcher, WeasyPrintRenderer
from rogatory.adapters.render_guard import GuardedRenderer
from schemas.documents import DocumentType
from tests.documents.dossiers import sheet_of

ROUNDS = 7
LETTERS = 40
TEMPLATES = Path(str(files("templates")))


def lines() -> dict[str, dict[str, float]]:
    """Every line by its name."""
    return {**letters(), **throughput()}


def letters() -> dict[str, dict[str, float]]:
    """CPU seconds of one letter."""
    sheet = sheet_of(DocumentType.LETTER_OF_REQUEST)
    here = WeasyPrintRenderer()
    html = here._page(sheet).replace("<style>", f"<style>{rules(())}\n", 1)
    data, fonts = rfc8785.dumps(sheet.data), here._fonts_for("")

    def bare(**asked: object) -> None:
        HTML(string=html, base_url="asset:///", url_fetcher=LockedFetcher(TEMPLATES)).write_pdf(**asked)

    def made() -> None:
        attachment = Attachment(string=data, name="case.json", created=sheet.dated, modified=sheet.dated)
        bare(font_config=fonts, pdf_variant=VARIANT, pdf_tags=True, attachments=[attachment])

    with GuardedRenderer(processes=1) as renderer:
        renderer.render(sheet)
        (child,) = renderer.processes()
        works: dict[str, Callable[[], object]] = {
            "ours": lambda: renderer.render(sheet),
            "bare": bare,
            "made": made,
        }
        found: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, work in works.items():
                before = _spent(child)
                work()
                time.sleep(0.25)  # what a child clears away after its answer counts too
                found[name].append(_spent(child) - before)
    best = {name: min(times) for name, times in found.items()}
    return {
        "letter": _line(best["ours"], best["bare"]),
        "letter_made": _line(best["ours"], best["made"]),
        "letter_pages": {"pages": here.render(sheet).pages},
    }


def throughput() -> dict[str, dict[str, float]]:
    """Letters a second by one and by two warm processes; and what it takes to start one."""
    sheet = sheet_of(DocumentType.LETTER_OF_REQUEST)
    took: dict[int, float] = {}
    starts: list[float] = []
    for processes in (1, 2):
        began = time.monotonic()
        with GuardedRenderer(processes=processes) as renderer, ThreadPoolExecutor(processes) as pool:
            list(pool.map(lambda _: renderer.render(sheet), range(processes)))
            starts.append(time.monotonic() - began)
            began = time.monotonic()
            list(pool.map(lambda _: renderer.render(sheet), range(LETTERS)))
            took[processes] = time.monotonic() - began
    return {
        "throughput": {
            "one_s": round(took[1], 2),
            "two_s": round(took[2], 2),
            "ratio": round(took[1] / took[2], 2),
            "load": round(os.getloadavg()[0], 1),
        },
        "start": {"first_letter_s": round(starts[0], 2)},
    }


def _spent(child: int) -> float:
    """CPU seconds of this process and of the child, to a hundredth."""
    fields = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _line(ours: float, bare: float) -> dict[str, float]:
    return {"ours_ms": round(ours * 1e3, 1), "bare_ms": round(bare * 1e3, 1), "ratio": round(ours / bare, 2)}
