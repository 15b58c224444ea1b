"""rogatory serve: the inbox in a browser; beyond this machine only where a provider signs people in."""

import logging
import secrets
import socket
import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, next_step, say
from rogatory.cli.session import profile
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp

    from rogatory.adapters.sign_in_settings import SignInSettings

HOST = "127.0.0.1"


def serve(
    *,
    port: Annotated[int, Parameter(help="0 takes a free one.")] = 8080,
    listen: Annotated[str, Parameter(help="IP address; another than 127.0.0.1 needs sign-in at a provider.")] = HOST,
) -> None:
    """Serve the central authority's inbox until Ctrl-C.

    People sign in at the OpenID Connect provider that config.json names. Where it names none, whoever has the address
    printed here chooses which invented official they are: only with DEMO keys, and only on 127.0.0.1.
    """
    if not 0 <= port <= 65535:
        raise UsageError(f"{port} is no port.", "E.g. --port 8080, or --port 0 for a free one")
    where = profile("inbox")
    from rogatory.adapters.logs import quiet_temporal
    from rogatory.adapters.sign_in_settings import read_sign_in_settings
    from rogatory.web.app import make_app

    settings = read_sign_in_settings(where.home)
    _check_place(settings, listen, port)
    quiet_temporal()
    code = secrets.token_urlsafe(9)
    app = make_app(where, code)
    with _listening(listen, port) as door:
        chosen = door.getsockname()[1]
        address = settings.address if settings else f"http://{HOST}:{chosen}/sign-in?code={code}"
        provider = settings.issuer if settings else None
        told = {"address": address, "host": listen, "port": chosen, "home": where.home, "sign_in": provider}
        if not emit(told):
            say(f"Inbox            {address}")
            if settings:
                say(f"Listens          {listen}, port {chosen}; people sign in at {settings.issuer}. Ctrl-C stops it.")
            else:
                say("DEMO: invented officials. Keep this address to yourself; Ctrl-C stops it.")
            if not where.address and not where.external:
                next_step("to decide, the worker must run: in another terminal,  rogatory up")
        sys.stdout.flush()
        _run(app, door, settings, where.home)
    say("Stopped.")


def _check_place(settings: "SignInSettings | None", listen: str, port: int) -> None:
    """Raises UsageError: who listens there would sign in strangers, or nobody."""
    from ipaddress import ip_address

    try:
        ip_address(listen)
    except ValueError:
        raise UsageError(f'"{listen[:60]}" is no IP address.', "E.g. --listen 127.0.0.1, or --listen 0.0.0.0") from None
    from rogatory.adapters.sign_in_settings import SEE

    if settings is None:
        if listen != HOST:
            raise UsageError(
                f"Without sign-in at a provider, the inbox listens on {HOST} only.", f"Name a provider. {SEE}"
            )
        return
    if reason := settings.may_listen(listen):
        raise UsageError(f"The inbox does not listen on {listen}: {reason}.", SEE)
    if not settings.secure and port != settings.port:
        raise UsageError(
            f"config.json says that the inbox is at {settings.address}, and this would be port {port}.",
            f"rogatory serve --port {settings.port}",
        )


def _listening(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen()  # now: whoever reads the address printed below may come before uvicorn is ready
    except OSError as error:
        door.close()
        raise UsageError(
            f"Port {port} of {host} cannot be had: {error.strerror}.", "Choose another: --port 0"
        ) from error
    return door


def _run(app: "ASGIApp", door: socket.socket, settings: "SignInSettings | None", home: "Path") -> None:
    import uvicorn

    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    proxies = list(settings.trusted_proxies) if settings else []
    certificate, key = (settings.certificate, settings.key) if settings else (None, None)
    # No access log: an address may hold words searched for.
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        server_header=False,
        timeout_graceful_shutdown=5,
        ssl_certfile=home / certificate if certificate else None,
        ssl_keyfile=str(home / key) if key else None,
    )
    try:
        config.load()
    except OSError as fault:  # of the two files: nothing else is read from the disk here
        raise UsageError(
            f"The inbox's certificate or key cannot be used: {fault.strerror or fault}.",
            "See certificate and key, under sign_in in config.json.",
        ) from fault
    uvicorn.Server(config).run(sockets=[door])
