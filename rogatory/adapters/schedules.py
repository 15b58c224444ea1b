"""typst: sets the parts of schedules, each in a process of its own, which gives all its memory back when it ends.

Each part is complete, PDF/A-3a and PDF/UA-1 at once, and the same rows give the same bytes. Its words come from the
same wording as every document's (all.html.j2), its faces are those in templates/_layout/fonts; what no face has is
written as its code. A part that takes too long or too much memory ends its process and no other: see Limits.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pydantic import JsonValue

from rogatory.adapters.faces import FONTS
from rogatory.adapters.pages import Pages, RenderError
from rogatory.adapters.schedule_cells import Setter, families
from rogatory.documents.schedule import Data, data_of, parts_of, rows_of
from schemas.documents import DocumentType, Part, RenderedPdf, Sheet

TEMPLATE = Path("evidence_schedule") / "schedule.typ"
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH")
LEAN = {"MALLOC_ARENA_MAX": "1", "RAYON_NUM_THREADS": "1"}
"""One thread: memory as flat as can be, and one core for each part."""


@dataclass(frozen=True)
class Limits:
    """What one part may take: some fifty times of what 500 rows need."""

    cpu_seconds: int = 60
    wall_seconds: float = 180
    memory: int = 1_500_000_000
    """Bytes of address space."""


class _Whole(NamedTuple):
    """What the parts of one schedule have in common."""

    sheet: Sheet
    data: Data
    parts: tuple[Part, ...]


class TypstSchedules:
    """Implements ports.ScheduleRenderer."""

    def __init__(
        self, root: Path | None = None, overlay: Path | None = None, *, processes: int = 2, limits: Limits | None = None
    ) -> None:
        self._root = root or Path(str(files("templates")))
        self._pages = Pages(self._root, overlay)
        candidates = [folder / TEMPLATE for folder in (overlay, self._root) if folder]
        self._template = next((path for path in candidates if path.is_file()), candidates[-1])
        self._processes, self._limits = processes, limits or Limits()
        self.held: list[int] = []
        """The most bytes each process has held, in order of the parts set; for benchmarks."""

    def parts(self, sheet: Sheet, wanted: Sequence[int] | None = None) -> Iterator[tuple[Part, RenderedPdf]]:
        """The parts of a schedule in order, or those of the numbers wanted; some are set while the last is handed out.

        Raises RenderError: the part cannot be set, or reaches a limit.
        """
        rows = rows_of(sheet)
        whole = _Whole(sheet, data_of(sheet), parts_of(rows))
        asked = [part for part in whole.parts if wanted is None or part.number in wanted]
        with ThreadPoolExecutor(self._processes, "schedule") as pool:
            at_work: deque[tuple[Part, Future[RenderedPdf]]] = deque()
            try:
                for part in asked:
                    chosen = rows[part.first - 1 : part.last]
                    at_work.append((part, pool.submit(self._part, whole, part, chosen)))
                    if len(at_work) > self._processes:
                        yield _settled(at_work)
                while at_work:
                    yield _settled(at_work)
            finally:
                for _, left in at_work:
                    left.cancel()

    def _part(self, whole: "_Whole", part: Part, rows: list[dict[str, JsonValue]]) -> RenderedPdf:
        sheet, data = whole.sheet, whole.data
        given = {
            "template": self._template.read_bytes(),
            "emblem": (self._root / "_layout" / "emblem.svg").read_bytes(),
            "part": json.dumps(self._content(whole, part, rows), ensure_ascii=False).encode(),
        }
        if part.number == 1:
            given |= {"json": data.json_text.encode(), "csv": data.csv_text.encode()}
        pdf = self._set(given, int(sheet.dated.timestamp()), f"{sheet.document} part {part.number}")
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return RenderedPdf(pdf=pdf, pages=len(opened.pages))

    def _content(self, whole: "_Whole", part: Part, rows: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
        """All that the page shows, as plain values."""
        sheet, data = whole.sheet, whole.data
        about = {
            "table": "custody" if sheet.document == DocumentType.CUSTODY_SCHEDULE else "delivery",
            "part": part.number,
            "parts": len(whole.parts),
            "first": part.first,
            "last": part.last,
            "rows": data.rows,
            "json": data.json_digest,
            "csv": data.csv_digest,
        }
        context = {name: value for name, value in sheet.context.items() if name != "rows"}
        head = json.loads(self._pages.html(sheet.model_copy(update={"context": context | {"schedule": about}})))
        setter = Setter(sheet.language, str(sheet.context["words_language"]), head.pop("words"), self._root)
        content = setter.head(head)
        content["rows"] = [setter.row(str(about["table"]), number, row) for number, row in enumerate(rows, part.first)]
        content["attached"] = setter.attached(head["about"]) if part.number == 1 else []
        content["families"] = [*families(json.dumps(content, ensure_ascii=False))]
        at = sheet.dated
        names = ("year", "month", "day", "hour", "minute", "second")
        return content | {
            "date": {name: getattr(at, name) for name in names},
            "draft": sheet.draft,
            "language": sheet.language,
        }

    def _set(self, given: dict[str, bytes], moment: int, named: str) -> bytes:
        limits = self._limits
        head = {"cpu_seconds": limits.cpu_seconds, "memory": limits.memory, "moment": moment}
        order = json.dumps(head | {"lengths": {name: len(each) for name, each in given.items()}}).encode() + b"\n"
        root = tempfile.mkdtemp(prefix="rogatory-schedule-")
        try:
            with _process(root) as process:
                try:
                    answer, _ = process.communicate(b"".join((order, *given.values())), timeout=limits.wall_seconds)
                except subprocess.TimeoutExpired as error:
                    raise RenderError(f"{named} took more than {limits.wall_seconds:g} seconds.") from error
                finally:
                    process.kill()
        finally:
            shutil.rmtree(root, ignore_errors=True)
        return self._pdf(answer, process.returncode, named)

    def _pdf(self, answer: bytes, ended: int, named: str) -> bytes:
        line, _, pdf = answer.partition(b"\n")
        if not line:
            raise RenderError(f"{named} could not be set: it took more time or memory than it may (signal {-ended}).")
        said = json.loads(line)
        if said["kind"] == "memory":
            raise RenderError(f"{named} took more than {self._limits.memory // 1_000_000:,} MB of memory.")
        if said["kind"] == "faulty":
            raise RenderError(f"{named} could not be set: {said['message']}")
        self.held.append(said["held"])
        return pdf


def _process(root: str) -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | LEAN
    environment["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "rogatory.adapters.schedule_parts", str(FONTS), root],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=root,
        start_new_session=True,  # a person's Ctrl-C goes to the worker, which ends in its own turn
    )


def _settled(at_work: "deque[tuple[Part, Future[RenderedPdf]]]") -> tuple[Part, RenderedPdf]:
    part, future = at_work.popleft()
    return part, future.result()
