"""Founds the invented requested state, the Kingdom of Xenland (XN), and introduces two authorities to each other."""

from datetime import UTC, datetime
from pathlib import Path

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.officials import Founding, add_peer, authority_card, found_authority
from rogatory.adapters.package_key import package_recipient
from rogatory.errors import UsageError

STATE = "XN"
AUTHORITY = "Central Authority of the Kingdom of Xenland"


def found(home: Path, *, state: str = STATE, authority: str = AUTHORITY, now: datetime | None = None) -> Founding:
    """Makes the simulator's keys, trust anchors and directory; where they are, changes nothing.

    Raises UsageError: the folder holds a part of an authority, or another state's.
    """
    if (home / "anchors" / "own.json").exists() and (there := FileAnchors(home).own().state) != state:
        raise UsageError(f"{home} is a home of {there}, not of {state}.", "Name another folder for the simulator.")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    recipient = package_recipient(home)
    return found_authority(
        home, state=state, authority=authority, now=now or datetime.now(UTC), package_recipient=recipient
    )


def exchange_anchors(one: Path, other: Path, *, now: datetime | None = None) -> None:
    """Enters each of two homes' authorities into the other's directory, as their registrars would after meeting.

    May be repeated. Raises UsageError: both are of one state, or one names no key that packages are encrypted to.
    """
    cards = {home: authority_card(home) for home in (one, other)}
    if cards[one][0].state == cards[other][0].state:
        raise UsageError(f"Both homes are of {cards[one][0].state}.", "Name the homes of two states.")
    for home, (anchors, _) in cards.items():
        if anchors.package_recipient is None:
            raise UsageError(
                f"The anchors of {home} name no key to encrypt packages to.", "Found it with a package recipient."
            )
    for home, peer in ((one, other), (other, one)):
        add_peer(home, *cards[peer], now=now)
