"""What the doctor looks at of signing in to the inbox: that the provider answers, and is one that can be trusted."""

import asyncio
from typing import TYPE_CHECKING

from rogatory.cli.doctor import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from rogatory.profile import Profile
    from schemas.identifiers import OfficialId


def sign_in(where: "Profile") -> Finding:
    """Asks the provider for what it says of itself and for its keys; nobody is signed in."""
    from rogatory.adapters.anchors_fs import FileAnchors
    from rogatory.adapters.sign_in_settings import SEE, read_secret, read_sign_in_settings
    from rogatory.desk import Desk
    from rogatory.errors import UnreachableError

    settings = read_sign_in_settings(where.home)
    if settings is None:
        if FileAnchors(where.home).own().demo:
            return Finding("Sign-in", None, "to the demonstration, on this machine only", f"For a provider: {SEE}")
        return Finding("Sign-in", None, "nobody can sign in to the inbox", f"Name a provider. {SEE}")
    secret = read_secret(where.home, settings)
    for file in (settings.certificate, settings.key):
        if file is not None and not (where.home / file).is_file():
            return Finding("Sign-in", False, f"there is no {where.home / file}", SEE)
    from rogatory.adapters.sign_in_provider import Provider

    try:
        asyncio.run(Provider(settings, secret).ask())
    except UnreachableError as fault:
        return Finding("Sign-in", False, f"{settings.issuer}: {fault}", f"Look at the provider, or at issuer. {SEE}")
    road = "TLS" if settings.secure else "in clear, on this machine only"
    detail = f"at {settings.issuer}, as {settings.client_id}; the inbox is {settings.address} ({road})"
    if bare := [each for each in Desk(where).ledger.officials() if _signs_unasked(where.home, each)]:
        detail += f"; no PIN for the keys of {', '.join(bare)}: whoever is signed in as one of them signs with it"
        return Finding("Sign-in", False, detail, f"rogatory pin {bare[0]}, and each of the others")
    return Finding("Sign-in", True, detail)


def _signs_unasked(home: "Path", official: "OfficialId") -> bool:
    """Whether a key that this machine uses for them asks for nothing, so that a session alone would sign."""
    from rogatory.adapters.key_holders import SERVICE, asks_pin
    from rogatory.errors import NotFoundError

    try:
        return official != SERVICE and not asks_pin(home, official)
    except NotFoundError:
        return False
