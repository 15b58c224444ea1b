"""The sign that something is at work for longer than a second; bytes have their bar in output.progress."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rogatory.cli.output import fit, line

PATIENCE = 1.0
"""Seconds without a word that nobody minds."""
STEP = 0.25
BEGINNING_OF_LINE_AND_CLEAR = "\r\x1b[K"


_ONE_SPEAKS = threading.Lock()


@contextmanager
def silence() -> Iterator[None]:
    """Lets a question have the line for itself while something is at work."""
    with _ONE_SPEAKS:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            sys.stderr.write(BEGINNING_OF_LINE_AND_CLEAR)
            sys.stderr.flush()
        yield


@contextmanager
def working(label: str) -> Iterator[None]:
    """Says on stderr, after a second and on a terminal only, what is at work and for how long; leaves no trace.

    What is printed or asked inside stands within `silence`: else it would come into the same line.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    ended, began = threading.Event(), time.monotonic()

    def tell() -> None:
        step = 0
        while not ended.wait(PATIENCE if step == 0 else STEP):
            bar = "".join("#" if (step + place) % 8 < 3 else "." for place in range(8))
            said = f"[{bar}] {line(label)} ... {time.monotonic() - began:.0f} s"
            with _ONE_SPEAKS:
                sys.stderr.write(f"{BEGINNING_OF_LINE_AND_CLEAR}{fit(said, sys.stderr)}")
                sys.stderr.flush()
            step += 1
        if step:
            sys.stderr.write(BEGINNING_OF_LINE_AND_CLEAR)
            sys.stderr.flush()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
