"""rogatory init, up, worker: from an empty folder to a running installation."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, next_step, say
from rogatory.cli.session import profile
from rogatory.errors import UnreachableError

if TYPE_CHECKING:
    from rogatory.adapters.embedded import EmbeddedServer
    from rogatory.profile import Profile

STOP_WITHIN = 40.0  # seconds for the worker to end what it is at; its longest step without heartbeat takes 10


def init(
    *,
    with_simulator: Annotated[
        Path | None, Parameter(help="Also make an invented requested state, XN, in this folder, and register it.")
    ] = None,
) -> None:
    """Make keys, ledger and vault in ROGATORY_HOME (default ~/.rogatory): DEMO keys, not for use.

    Run again, it changes nothing. The keys are the case: back them up.
    """
    from rogatory.profile import Profile

    where = Profile.load()
    made = found_installation(where.home, simulator=with_simulator)
    officials = _officials(where.home)
    document = {"home": where.home, "made": made, "demo": True, "officials": officials}
    if emit(document):
        return
    say(f"{'Made' if made else 'Found'}: {where.home}")
    say("  keys/        payload key, vault key, service key: readable by you only; back them up")
    say(f"  officials/   {', '.join(official['id'] for official in officials)}")
    say("  ca/          the root that vouches for them")
    say("  ledger.sqlite, vault/")
    say("DEMO: these officials are invented and their keys lie here unprotected. Not for use.")
    next_step("rogatory up")


def found_installation(home: Path, simulator: Path | None = None) -> bool:
    """Makes what is missing of an installation; False where all was there.

    With `simulator`, the invented requested state is made in that folder, and each is entered in the other's directory.
    """
    from rogatory.adapters.installation import found_home

    made = found_home(home)
    if simulator is not None:
        from rogatory.simulator.founding import exchange_anchors, found

        found(simulator)
        exchange_anchors(home, simulator)
    return made


def _officials(home: Path) -> list[dict[str, str]]:
    from rogatory.adapters.ledger_sql import open_stores

    ledger, _ = open_stores(home)
    return [
        {"id": official.official, "roles": " ".join(official.roles), "state": official.state}
        for official in ledger.officials().values()
    ]


async def up(
    *,
    ui: Annotated[bool, Parameter(help="Temporal's own web page; it shows codes and ciphertext.")] = True,
    inbox: Annotated[bool, Parameter(help="The central authority's inbox in a browser.")] = True,
    port: Annotated[int, Parameter(help="Of the inbox on 127.0.0.1; where it is taken, another.")] = 8080,
) -> None:
    """Run the server, the worker and the inbox on this machine until Ctrl-C."""
    from rogatory.adapters.embedded import EmbeddedServer
    from rogatory.adapters.timestamp_authority import serving

    where = profile("worker")
    if where.external:
        raise UnreachableError(
            "The environment names a Temporal server, so none is started here.",
            "Run the worker against it with: rogatory worker   (or unset TEMPORAL_ADDRESS, TEMPORAL_PROFILE)",
        )
    stop = stop_on_signals()
    async with EmbeddedServer(where.home, ui=ui) as server:
        from rogatory.profile import Profile

        here = Profile.load()
        with serving(where.home) as stamps, _inbox(here, port if inbox else None) as address:
            _announce(server, stamps.url if stamps else "", address)
            await _until_stopped(here, stop, server)
    say("Stopped. Open cases go on when it runs again.")


async def worker() -> None:
    """Run the worker against the server of the profile until Ctrl-C."""
    from rogatory.adapters.logs import quiet_temporal

    where = profile("worker")
    quiet_temporal()
    where.connection()
    say(f"The worker of {where.home} works; Ctrl-C stops it.")
    sys.stdout.flush()
    await _until_stopped(where, stop_on_signals(), None)


@contextlib.contextmanager
def _inbox(here: "Profile", port: int | None) -> "Iterator[str]":
    """The inbox, where it is wanted and somebody could sign in; yields its address, or nothing."""
    from rogatory.adapters.anchors_fs import FileAnchors
    from rogatory.adapters.sign_in_settings import read_sign_in_settings

    elsewhere = read_sign_in_settings(here.home) is not None
    if port is not None and elsewhere:
        say("Inbox            not here, since people sign in at a provider. In another terminal:  rogatory serve")
    if port is None or elsewhere or not FileAnchors(here.home).own().demo:
        yield ""
        return
    from rogatory.web.beside import inbox

    with inbox(here, port) as address:
        yield address


def _announce(server: "EmbeddedServer", stamps: str, inbox: str) -> None:
    document = {"address": server.address, "ui": server.ui_address or None, "pid": server.pid, "home": server.home}
    if not emit({**document, "timestamps": stamps or None, "inbox": inbox or None}):
        say(f"Temporal server  {server.address}   (data in {server.database})")
        if server.ui_address:
            say(f"Temporal UI      {server.ui_address}")
        if stamps:
            say(f"Time stamps      {stamps}   (DEMO: this machine's clock, a key in this home)")
        if inbox:
            say(f"Inbox            {inbox}   (DEMO: whoever has this address chooses who they are)")
        say("The worker works; Ctrl-C stops all of it.")
        next_step("in another terminal,  rogatory draft new   or   rogatory task list")
    sys.stdout.flush()


async def _until_stopped(where: "Profile", stop: asyncio.Event, server: "EmbeddedServer | None") -> None:
    """Works until told to stop; then the worker ends before its server does."""
    from worker import serve

    serving = asyncio.create_task(serve(where, stop))
    stopping = asyncio.create_task(stop.wait())
    watching = asyncio.create_task(_watch(server))
    try:
        await asyncio.wait({serving, stopping, watching}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        if not serving.done():
            say("Stopping ...")
            await asyncio.wait({serving}, timeout=STOP_WITHIN)
        if serving.done():
            serving.result()
    finally:
        stop.set()
        for task in (stopping, watching, serving):
            task.cancel()
        await asyncio.gather(stopping, watching, serving, return_exceptions=True)


async def _watch(server: "EmbeddedServer | None") -> None:
    """Raises when the embedded server's process ends by itself; waits without end otherwise."""
    if server is None:
        await asyncio.Event().wait()
        return
    await server.ended()
    raise UnreachableError("The Temporal server ended by itself.", f"Its log is {server.log}; then: rogatory up")


def stop_on_signals() -> asyncio.Event:
    """Set by the first Ctrl-C, by SIGTERM, and when the terminal goes away; a second Ctrl-C ends at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def first() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, first)
    return stop
