"""Long work shows that it is alive, so that a dead worker is noticed in seconds and not after its time-out."""

import contextvars
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from temporalio import activity

INTERVAL = 2.0  # seconds; the heartbeat time-out is five times that


@contextmanager
def beating() -> Iterator[None]:
    """Sends a heartbeat every INTERVAL from a second thread while a synchronous activity works."""
    done = threading.Event()
    context = contextvars.copy_context()

    def beat() -> None:
        while not done.wait(INTERVAL):
            context.run(activity.heartbeat)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
