"""Which lines of all cases record acts by keys that came to be suspect."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from rogatory.adapters.tables import LEDGER, TREE
from rogatory.custody.dsse import signer_of
from rogatory.custody.ledger import DIRECTORY, Entry, parse_line
from rogatory.errors import NotFoundError, RefusedError
from schemas.directory import Suspicion


def place_of(connection: Connection, chain: str, number: int) -> int:
    """The place in the tree of a chain's line. Raises NotFoundError."""
    found = connection.execute(
        select(TREE.c.number)
        .join(LEDGER, LEDGER.c.position == TREE.c.position)
        .where((LEDGER.c.chain == chain) & (LEDGER.c.seq == number))
    ).scalar()
    if found is None:
        raise NotFoundError(f"There is no line {number} of {chain}.", "rogatory case show REF tells its lines.")
    return int(found)


def first_acts(connection: Connection, keys: Collection[str], position: int) -> list[str]:
    """Of each case, the digest of the first line from that place of the tree on that records an act by these keys."""
    rows = (
        select(LEDGER.c.line)
        .join(TREE, LEDGER.c.position == TREE.c.position)
        .where((TREE.c.number >= position) & LEDGER.c.signed & (LEDGER.c.chain != DIRECTORY))
        .order_by(LEDGER.c.position)
        .execution_options(yield_per=1000)
    )
    first: dict[str, str] = {}
    for entry in map(parse_line, connection.execute(rows).scalars()):
        if entry.act and signer_of(entry.act) in keys:
            first.setdefault(entry.chain, entry.digest)
    return list(first.values())


def check_suspicion(connection: Connection, entry: Entry) -> None:
    """Raises RefusedError Superseded unless the line names every case in which a suspect key acted."""
    said = Suspicion.model_validate(entry.facts)
    if list(said.lines) != first_acts(connection, said.keys, said.position):
        raise RefusedError(
            "Superseded", "What these keys signed from that place on is not what this says.", "Give the command again."
        )
