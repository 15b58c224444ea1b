"""The process that lays out documents for render_guard.

`python -P -m rogatory.adapters.render_child SCRATCH TEMPLATES [OVERLAY]`: its own folder, and those of pages.

A job comes on standard input and its answer goes to standard output, each as a frame: four bytes of length, the
largest first, then the content. A job is a line of JSON with its limits, then the sheet as JSON; an answer is a line of
JSON, then the PDF. When standard input ends, so does the process, in the middle of a job too: it outlives no worker.
"""

import gc
import json
import os
import queue
import resource
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rogatory.adapters.held_memory import held

LENGTH = 4
FILE_SIZE = 64_000_000  # bytes; only copies of fonts are written
Answer = tuple[dict[str, object], bytes]


def main(scratch: Path, templates: Path, overlay: Path | None = None) -> None:
    """Answers jobs, one after the other, until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    _die_first()
    tempfile.tempdir = str(scratch)
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs, scratch), daemon=True).start()
    work = _warm(templates, overlay)
    gc.disable()  # a tenth of the time of a letter; what a job leaves is collected after its answer
    gc.freeze()
    while True:
        header, _, sheet = jobs.get().partition(b"\n")
        _limit(**json.loads(header))
        said, content = _guarded(work, sheet)
        said["memory"] = held()
        _send(answers, json.dumps(said).encode() + b"\n" + content)
        del content, sheet
        gc.collect()


def _warm(templates: Path, overlay: Path | None) -> Callable[[bytes], Answer]:
    """What does a job, its libraries and fonts loaded; where they cannot be, what says so to every job."""
    try:
        from rogatory.adapters.pages import RenderError, UnprintableError  # noqa: PLC0415  # half a second, at last
        from rogatory.adapters.pdf import WeasyPrintRenderer  # noqa: PLC0415
        from schemas.documents import Sheet  # noqa: PLC0415

        renderer = WeasyPrintRenderer(templates, overlay)
        renderer.warm()
    except Exception as error:  # noqa: BLE001  # a library that is not there: the worker is told
        failed: dict[str, object] = {"kind": "broken", "message": _told(error)}
        return lambda _: (failed, b"")

    def work(sheet: bytes) -> Answer:
        try:
            made = renderer.render(Sheet.model_validate_json(sheet))
        except RenderError as error:
            kind = "unprintable" if isinstance(error, UnprintableError) else "faulty"
            return {"kind": kind, "message": str(error), "hint": error.hint}, b""
        return {"kind": "made", "pages": made.pages}, made.pdf

    return work


def _guarded(work: Callable[[bytes], Answer], sheet: bytes) -> Answer:
    try:
        return work(sheet)
    except MemoryError:
        return {"kind": "memory"}, b""
    except RecursionError:
        return {"kind": "nesting"}, b""
    except Exception as error:  # noqa: BLE001  # whatever it is, the worker is told and lives on
        return {"kind": "broken", "message": _told(error)}, b""


def _told(error: BaseException) -> str:
    """The error and the line that raised it, e.g. "(weasyprint/layout/inline.py:698)": all that is known of it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" ({'/'.join(Path(trace.tb_frame.f_code.co_filename).parts[-3:])}:{trace.tb_lineno})" if trace else ""
    return f"{type(error).__name__}: {str(error)[:300]}{where}"


def _limit(cpu_seconds: int, memory: int) -> None:
    """Of this job: seconds of computing, after which the kernel ends the process; bytes of address space."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    with suppress(ValueError, OSError):  # macOS has the name and not the thing
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _listen(stream: BinaryIO, jobs: "queue.SimpleQueue[bytes]", scratch: Path) -> None:
    while len(length := stream.read(LENGTH)) == LENGTH:
        jobs.put(stream.read(int.from_bytes(length, "big")))
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


def _send(stream: BinaryIO, content: bytes) -> None:
    stream.write(len(content).to_bytes(LENGTH, "big") + content)
    stream.flush()


def _die_first() -> None:
    """Where memory runs out, the kernel ends this process before the worker (Linux)."""
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        score.write_text("800", encoding="ascii")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
