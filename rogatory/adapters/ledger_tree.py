"""The ledger's Merkle tree in SQL: each complete subtree is one row, so a line adds two rows and a proof reads few."""

from functools import cache

from sqlalchemy import Connection, func, insert, select

from rogatory.adapters.tables import LEDGER, TREE
from rogatory.custody.tree import Frontier, Nodes, leaf_hash, node_hash
from rogatory.errors import IntegrityError


def add_leaf(connection: Connection, position: int, leaf: bytes) -> None:
    """Adds the leaf of the line at that position, and every subtree it completes; to be called by a lone writer."""
    number, level, node = tree_size(connection), 0, leaf
    rows: list[dict[str, object]] = [{"level": 0, "number": number, "hash": leaf.hex(), "position": position}]
    while number & 1:
        node = node_hash(_node(connection, level, number - 1), node)
        level, number = level + 1, number >> 1
        rows.append({"level": level, "number": number, "hash": node.hex(), "position": None})
    connection.execute(insert(TREE), rows)


def tree_size(connection: Connection) -> int:
    """The number of leaves."""
    last = connection.execute(select(func.max(TREE.c.number)).where(TREE.c.level == 0)).scalar()
    return 0 if last is None else int(last) + 1


def nodes_of(connection: Connection) -> Nodes:
    """The complete subtrees as they stand; each is read once."""
    return cache(lambda level, number: _node(connection, level, number))


def leaves_of(connection: Connection, *chains: str) -> list[int]:
    """The place in the tree of each line of these chains, in ledger order."""
    rows = (
        select(TREE.c.number)
        .join(LEDGER, LEDGER.c.position == TREE.c.position)
        .where(LEDGER.c.chain.in_(chains))
        .order_by(LEDGER.c.position)
    )
    return list(connection.execute(rows).scalars())


def measured(connection: Connection, sizes: set[int]) -> tuple[Frontier, dict[int, bytes]]:
    """The tree made anew from the lines themselves, and its root at each of these sizes."""
    frontier, roots = Frontier(), {}
    rows = select(LEDGER.c.line).order_by(LEDGER.c.position).execution_options(yield_per=1000)
    for line in connection.execute(rows).scalars():
        frontier.append(leaf_hash(line))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root
    return frontier, roots


def _node(connection: Connection, level: int, number: int) -> bytes:
    found = connection.execute(select(TREE.c.hash).where((TREE.c.level == level) & (TREE.c.number == number))).scalar()
    if found is None:
        raise IntegrityError(
            f"The ledger's tree lacks node {number} of level {level}.", "Restore the database, and run: rogatory doctor"
        )
    return bytes.fromhex(found)
