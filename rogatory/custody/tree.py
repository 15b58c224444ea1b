"""The Merkle tree over all lines of an installation's ledger, in the order of writing (RFC 6962, section 2.1).

A chain tells the history of one case; the tree lets one case be shown with proofs that it stands in the whole, and two
heads be compared without showing anything of what lies between them.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from rogatory.errors import IntegrityError

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""
Nodes = Callable[[int, int], bytes]
"""Level and number of a complete subtree: its hash. Level 0 are the leaves."""


def leaf_hash(line: str) -> bytes:
    """The leaf of a line: SHA-256 of 0x00 and its bytes, without the line feed."""
    return sha256(b"\x00" + line.encode("utf-8", "surrogateescape")).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows: it keeps one hash for each complete subtree on its right edge."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._edge: list[bytes] = []
        self.extend(leaves)

    @classmethod
    def of(cls, size: int, edge: Iterable[bytes]) -> "Frontier":
        """A tree of that size with that edge, which goes on from there."""
        found = cls()
        found.size, found._edge = size, [*edge]
        return found

    @property
    def edge(self) -> Sequence[bytes]:
        """The hash of each complete subtree, the largest first; their sizes are the bits of `size`."""
        return self._edge

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Takes in these leaves' hashes, in order."""
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Takes in the next leaf's hash."""
        number, node = self.size, leaf
        while number & 1:
            node = node_hash(self._edge.pop(), node)
            number >>= 1
        self._edge.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._edge:
            return EMPTY
        found = self._edge[-1]
        for node in reversed(self._edge[:-1]):
            found = node_hash(node, found)
        return found


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root over the first `size` leaves."""
    return _span(0, size, nodes) if size else EMPTY


def inclusion_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of a leaf in the tree of that size (RFC 6962, 2.1.1). Raises IntegrityError: no such leaf."""
    if not 0 <= index < size:
        raise IntegrityError(f"A tree of {size} lines has no line {index}.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        inside, outside = ((start, middle), (middle, end)) if index < middle else ((middle, end), (start, middle))
        path.append(_span(*outside, nodes))
        start, end = inside
    return path[::-1]


def consistency_path(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `size` begins with that of `old` leaves (RFC 6962, 2.1.2)."""
    if not 0 <= old <= size:
        raise IntegrityError(f"A tree of {size} lines does not continue one of {old}.")
    path: list[bytes] = []
    if old in {0, size}:
        return path
    start, end, whole = 0, size, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_span(middle, end, nodes))
            end = middle
        else:
            path.append(_span(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        path.append(_span(start, end, nodes))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Returns when the leaf stands at that place of the tree (RFC 9162, 2.1.3.2). Raises IntegrityError."""
    place, last, found = index, size - 1, leaf
    if not 0 <= index < size:
        raise IntegrityError(f"a tree of {size} lines has no line {index}")
    for node in path:
        if last == 0:
            raise IntegrityError("its proof is too long")
        if place & 1 or place == last:
            found = node_hash(node, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, node)
        place, last = place >> 1, last >> 1
    if last != 0 or found != root:
        raise IntegrityError("its proof does not lead to the root of the checkpoint")


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Returns when the tree of `size` continues that of `old` (RFC 9162, 2.1.4.2). Raises IntegrityError."""
    wrong = IntegrityError(f"the tree of {size} lines does not continue that of {old} lines")
    if old in {0, size}:
        if path or old_root != (EMPTY if old == 0 else root):
            raise wrong
        return
    if old > size:
        raise wrong
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        raise wrong
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise wrong
        if place & 1 or place == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, node)
        place, last = place >> 1, last >> 1
    if last != 0 or first != old_root or second != root:
        raise wrong


def _span(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over leaves start to end, where the span is one that the tree's own splitting makes."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(size)
    return node_hash(_span(start, middle, nodes), _span(middle, end, nodes))


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)
