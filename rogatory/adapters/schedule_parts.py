"""The process that sets one part of a schedule: `python -P -m rogatory.adapters.schedule_parts FONTS ROOT`.

The order comes on standard input: a line of JSON with its limits, the moment of the document and the lengths of the
texts that follow it; then the template, and what the template is given, by name. The answer goes to standard output: a
line of JSON, then the PDF. Then the process ends, and all its memory with it.

The template is given values as data (sys.inputs) and nothing to read: its root is an empty folder, its faces are ours
alone, no package may be imported, and the process may write no file.
"""

import json
import os
import re
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rogatory.adapters.held_memory import held

PACKAGE = re.compile(rb'["\']@')
"""How a package is imported in typst: the one thing a template might fetch."""
NO_PROXY = "http://127.0.0.1:9"
"""The port of the discard service, where nothing listens: where all that leaves would have to pass."""


def main(fonts: Path, root: Path) -> None:
    """Answers one order."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    try:
        said, pdf = {"kind": "made"}, _set(sys.stdin.buffer, fonts, root)
    except MemoryError:
        said, pdf = {"kind": "memory"}, b""
    except Exception as error:  # noqa: BLE001  # whatever it is, the worker is told
        said, pdf = {"kind": "faulty", "message": _told(error)}, b""
    answers.write(json.dumps(said | {"held": held()}).encode() + b"\n")
    answers.write(pdf)
    answers.flush()
    os._exit(0)  # memory is given back to the system at once, not piece by piece


def _set(stream: BinaryIO, fonts: Path, root: Path) -> bytes:
    """The PDF of the order on the stream."""
    order = json.loads(stream.readline())
    given = {name: stream.read(length) for name, length in order["lengths"].items()}
    template = given.pop("template")
    if PACKAGE.search(template):
        raise ValueError("a template may import no package")
    _limit(order["cpu_seconds"], order["memory"])
    import typst  # noqa: PLC0415  after the environment and the limits are set

    ours = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    inputs = {name: given.pop(name).decode() for name in list(given)}
    made, warned = typst.compile_with_warnings(  # type: ignore[call-overload]  # of the list of standards
        template,
        root=str(root),
        font_paths=ours,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["a-3a", "ua-1"],
        package_path=str(root),
        package_cache_path=str(root),
        timestamp=order["moment"],
    )
    if warned:
        raise ValueError(warned[0].message)
    return bytes(made)


def _limit(cpu_seconds: int, memory: int) -> None:
    """Seconds of computing, after which the kernel ends the process; bytes of address space; no file is written."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ[name] = os.environ[name.lower()] = NO_PROXY
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    with suppress(ValueError, OSError):  # macOS has the name and not the thing
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _told(error: Exception) -> str:
    """What is known of a fault; of the template's, its line."""
    said = str(getattr(error, "diagnostic", "")) or f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:600]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
