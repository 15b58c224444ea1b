"""The inbox beside a server and a worker that run here: in a thread of its own, on a loopback address."""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from rogatory.errors import UnreachableError, UsageError
from rogatory.profile import Profile
from rogatory.web.app import make_app

HOST = "127.0.0.1"
START_WITHIN = 20.0  # seconds


@contextmanager
def inbox(profile: Profile, port: int) -> Iterator[str]:
    """Serves the inbox and yields its address; a port that is taken gives way to a free one.

    Raises:
        UsageError: not a demonstration's installation, so nobody could sign in.
        UnreachableError: it did not start.
    """
    code = secrets.token_urlsafe(9)
    with _door(port) as door:
        # No access log: an address may hold words searched for. No proxy headers: there is no proxy on loopback.
        config = uvicorn.Config(
            make_app(profile, code), log_config=None, access_log=False, proxy_headers=False, server_header=False
        )
        server = uvicorn.Server(config)
        # A thread: uvicorn takes the process's signals only in the main one, where our own handlers stay.
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="inbox", daemon=True)
        thread.start()
        try:
            _await(server, thread)
            yield f"http://{HOST}:{door.getsockname()[1]}/sign-in?code={code}"
        finally:
            server.should_exit = True
            thread.join(10)


def _await(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + START_WITHIN
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise UnreachableError("The inbox did not start.", "Look into the logs of the home.")
        time.sleep(0.02)


def _door(port: int) -> socket.socket:
    for wanted in (port, 0):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, wanted))
        except OSError:
            door.close()
        else:
            return door
    raise UsageError(f"No port of {HOST} can be had.", "Close what holds them.")
