"""Documents laid out in child processes, under limits of time and memory: what ends a child ends no worker.

A child is warm: it has the libraries and the fonts. After some documents, or when it has grown, another takes its
place, since memory once taken by the libraries does not come back otherwise. A child whose worker is gone ends by
itself: it reads of that at its standard input. It is given none of the worker's settings or secrets.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from rogatory.adapters.pages import RenderError, UnprintableError
from rogatory.adapters.render_child import LENGTH
from schemas.documents import RenderedPdf, Sheet

CHUNK = 1 << 20
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
"""Variables of the environment that a child has from its worker: how to find libraries, nothing of a case."""
SHORTEN = "Shorten it, or put what is long into annexes or a schedule."


@dataclass(frozen=True)
class Limits:
    """What one document may take, and how long a child serves."""

    cpu_seconds: int = 90
    """Of computing: 200 pages take about 30."""
    wall_seconds: float = 270
    """By the clock, for a machine that does other work too."""
    memory: int = 1_000_000_000
    """Bytes of address space: 200 pages take about half."""
    documents: int = 100
    """After so many a child is replaced,"""
    grown: int = 400_000_000
    """or when it has held so many bytes."""


class GuardedRenderer:
    """Implements ports.Renderer over a pool of children, for several threads at once. Close it, or use `with`."""

    def __init__(
        self,
        root: Path | None = None,
        overlay: Path | None = None,
        *,
        processes: int = 2,
        limits: Limits | None = None,
    ) -> None:
        self._folders = (root or Path(str(files("templates"))), *([overlay] if overlay else []))
        self._limits = limits or Limits()
        self._turns = threading.BoundedSemaphore(processes)
        self._lock = threading.Lock()
        self._idle = [_Child(self._folders)]  # the others follow when they are needed
        self._closed = False

    def render(self, sheet: Sheet) -> RenderedPdf:
        """The PDF/A-3a of the sheet. Raises RenderError as WeasyPrintRenderer does, and where a limit is reached."""
        try:
            job = sheet.model_dump_json().encode()
        except (ValueError, RecursionError) as error:
            raise RenderError(f"{sheet.document}: its facts are nested too deeply to be laid out.") from error
        with self._turns:
            child = self._take()
            try:
                answer = child.answer(job, self._limits)
            finally:
                self._give(child)
        return _rendered(sheet, answer, self._limits)

    def processes(self) -> list[int]:
        """The ids of the children that rest."""
        with self._lock:
            return [child.id for child in self._idle]

    def close(self) -> None:
        """Ends the children that rest; one at work ends with its document."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> "_Child":
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child and child.spent(self._limits):  # ended by another hand
            child.end()
            child = None
        return child or _Child(self._folders)

    def _give(self, child: "_Child") -> None:
        if child.spent(self._limits):
            child.end()
            child = _Child(self._folders)
        with self._lock:
            if not self._closed:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One process, and its scratch folder."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._scratch = Path(tempfile.mkdtemp(prefix="rogatory-render-"))
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rogatory.adapters.render_child", str(self._scratch), *map(str, folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
            start_new_session=True,  # a person's Ctrl-C goes to the worker, which ends it in its turn
        )
        self.id = self._process.pid
        self._answered, self._held, self._broken = 0, 0, False

    def answer(self, job: bytes, limits: Limits) -> dict[str, object]:
        """What the child says of a job, its PDF under "pdf"; where it ended instead, {"kind": "ended", "why": ...}."""
        self._broken = True  # until it has answered
        asked = json.dumps({"cpu_seconds": limits.cpu_seconds, "memory": limits.memory}).encode() + b"\n" + job
        deadline = time.monotonic() + limits.wall_seconds
        with suppress(BrokenPipeError):
            self._send(len(asked).to_bytes(LENGTH, "big") + asked)
        content = self._receive(deadline)
        if content is None:
            self._process.kill()
            late = time.monotonic() >= deadline
            return {"kind": "ended", "why": "clock" if late else self._process.wait()}
        header, _, pdf = content.partition(b"\n")
        said: dict[str, object] = json.loads(header)
        self._answered += 1
        self._held = int(str(said["memory"]))
        self._broken = said["kind"] not in {"made", "faulty", "unprintable"}
        return said | {"pdf": pdf}

    def spent(self, limits: Limits) -> bool:
        """Whether another must take its place."""
        ended = self._process.poll() is not None
        return self._broken or ended or self._answered >= limits.documents or self._held >= limits.grown

    def end(self) -> None:
        """Ends the process and takes its scratch folder away."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _send(self, content: bytes) -> None:
        assert self._process.stdin is not None
        left = memoryview(content)
        while left:
            left = left[self._process.stdin.write(left) :]

    def _receive(self, deadline: float) -> bytes | None:
        """The next frame; None when the child ended, or did not answer in time."""
        length = self._read(LENGTH, deadline)
        return self._read(int.from_bytes(length, "big"), deadline) if length else None

    def _read(self, size: int, deadline: float) -> bytes | None:
        assert self._process.stdout is not None
        pipe, content = self._process.stdout.fileno(), bytearray()
        while len(content) < size:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(pipe, min(CHUNK, size - len(content))) if ready else b""
            if not chunk:
                return None
            content += chunk
        return bytes(content)


def _rendered(sheet: Sheet, answer: dict[str, object], limits: Limits) -> RenderedPdf:
    """The document, or the error that says in clear words why there is none."""
    kind, pdf = answer["kind"], answer.get("pdf")
    if kind == "made" and isinstance(pdf, bytes):
        return RenderedPdf(pdf=pdf, pages=int(str(answer["pages"])))
    message, hint = str(answer.get("message", "")), str(answer.get("hint", ""))
    if kind == "unprintable":
        raise UnprintableError(message, hint)
    if kind == "faulty":
        raise RenderError(message, hint)
    if kind == "broken":
        raise RenderError(f"{sheet.document} could not be laid out: {message}.")
    raise RenderError(f"{sheet.document} could not be laid out: {_limit_reached(answer, limits)}", SHORTEN)


def _limit_reached(answer: dict[str, object], limits: Limits) -> str:
    why = answer.get("why")
    if why == "clock":
        return f"it took more than {limits.wall_seconds:g} seconds."
    if why == -signal.SIGXCPU:
        return f"it took more than {limits.cpu_seconds} seconds of computing."
    if answer["kind"] == "nesting":
        return "its parts are nested too deeply."
    how = f" (signal {-why})" if isinstance(why, int) and why < 0 else ""
    return f"it took more than {limits.memory // 1_000_000:,} MB of memory, or its parts are nested too deeply{how}."
