"""rogatory officials: who may act, by which key."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, line, say, table
from rogatory.cli.session import profile
from rogatory.errors import UsageError
from schemas.identifiers import Role

ALONE = {Role.SYSTEM, Role.REGISTRAR, Role.FOREIGN_AUTHORITY}


def list_() -> None:
    """List the officials, and how the directory came to know them."""
    from rogatory.adapters.officials import open_ledger

    directory = open_ledger(profile().home).directory()
    rows = [
        {"id": one.official, "roles": " ".join(one.roles), "post": one.post, "state": one.state, "key": one.keyid}
        for one in directory.officials().values()
    ]
    if emit({"changes": directory.size, "officials": rows}):
        return
    table(["Official", "Roles", "State", "Key"], [[r["id"], r["roles"], r["state"], r["key"][:16]] for r in rows])
    say(f"After {directory.size} changes, each signed by the registrars.")


def add(
    official: str,
    /,
    *,
    name: Annotated[str, Parameter(help="The official's name, as it stands in the certificate.")],
    post: Annotated[str, Parameter(help="Their post.")],
    role: Annotated[tuple[Role, ...], Parameter(help="What they may do; may be given several times.")],
    person: Annotated[str, Parameter(help="An opaque id of the person; one who has another post has the same.")],
) -> None:
    """Enter an official of the demonstration, with a new key.

    A deputy is an official of their own with the same roles: two posts of one person are never two pairs of eyes.
    """
    from rogatory.adapters.officials import appoint

    if not role or ALONE & set(role):
        raise UsageError("Name roles such as reviewer, signatory, custodian or prosecutor.", "E.g. --role reviewer")
    if not 1 <= len(name) <= 60 or not name.isprintable() or not 1 <= len(post) <= 60 or not post.isprintable():
        raise UsageError("Name and post have 1 to 60 printable characters.")
    made = appoint(profile().home, official, name=name, post=post, roles=role, person=person, now=datetime.now(UTC))
    if not emit({"id": made.official, "roles": list(made.roles), "key": made.keyid}):
        say(f"{made.official} entered as {' and '.join(made.roles)}, key {made.keyid[:16]}.")


def rotate(official: str, /) -> None:
    """Give an official a new key; the old one signs nothing from then on.

    The new key proves that its holder has it; what the old key signed before stays valid at its place.
    """
    from rogatory.adapters.officials import rotate as changed

    made = changed(profile().home, official, now=datetime.now(UTC))
    if not emit({"id": made.official, "key": made.keyid}):
        say(f"{line(made.official)} signs with key {made.keyid[:16]} from now on.")


def revoke(official: str, /) -> None:
    """Take an official out of the directory: what they sign from now on is refused."""
    from rogatory.adapters.officials import revoke as removed

    receipt = removed(profile().home, official, now=datetime.now(UTC))
    if not emit({"id": official, "change": receipt.sequence}):
        say(f"{line(official)} may not act any more, by change {receipt.sequence} of the directory.")
