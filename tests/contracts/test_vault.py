"""The vault's promises, on a disk and in an S3 store: encrypted, verified, written once, checked without its keys."""

import hashlib
import io
import random
import threading

import blake3
import pytest

from rogatory.adapters import vault_form
from rogatory.adapters.vault_form import CHUNK, HEADER, TRAILER
from rogatory.errors import IntegrityError, NotFoundError
from tests.contracts.vault_place import CASE, OTHER, Place, old_form, path_of

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17, 20 * (1 << 20) + 3]
ABSENT = "sha256:" + "0" * 64


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_comes_back(place: Place, size: int) -> None:
    content, counted = random.Random(size).randbytes(size), list[int]()
    digest, measured = place.vault.keep(CASE, io.BytesIO(content), counted.append)
    assert (digest, measured) == (digest_of(content), size)
    assert sum(counted) == size
    assert place.vault.has(CASE, digest)
    assert place.vault.read(CASE, digest) == content
    assert all(len(chunk) <= CHUNK for chunk in place.vault.stream(CASE, digest))
    assert place.vault.check(CASE, digest)
    assert list(place.vault.digests(CASE)) == [digest]
    assert list(place.vault.cases()) == [CASE]
    assert place.vault.damaged(CASE) == ()
    ((path, stored),) = place.stored().items()
    assert path == path_of(CASE, digest)
    assert [holding.size for holding in place.vault.holdings(CASE)] == [len(stored)]
    assert size < 16 or content[:16] not in stored
    assert place.drafts() == []


@pytest.mark.parametrize("size", [0, CHUNK, CHUNK + 1])
def test_the_check_sum_is_that_of_a_public_program(place: Place, size: int) -> None:
    """`head -c -32 FILE | b3sum`; before it stand the case, and SHA-256 and size of the content."""
    content = random.Random(size).randbytes(size)
    place.vault.keep(CASE, io.BytesIO(content))
    (stored,) = place.stored().values()
    assert blake3.blake3(stored[:-32]).digest() == stored[-32:]
    assert stored[-TRAILER:-32] == CASE.encode() + hashlib.sha256(content).digest() + size.to_bytes(8, "big")


class Trickle(io.RawIOBase):
    """A source that gives a little at a time, as a socket does."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int = -1) -> bytes:
        given, self._left = self._left[: min(size, 70_001)], self._left[min(size, 70_001) :]
        return given


def test_a_source_that_gives_little_at_a_time_is_read_to_its_end(place: Place) -> None:
    content = random.Random(1).randbytes(2 * CHUNK + 5)
    digest, size = place.vault.keep(CASE, Trickle(content))  # type: ignore[arg-type]
    assert (size, place.vault.read(CASE, digest)) == (len(content), content)


@pytest.mark.parametrize("size", [4, 9 << 20])
def test_the_same_bytes_are_stored_once_a_case(place: Place, size: int) -> None:
    content = bytes(size)
    first = place.vault.keep(CASE, io.BytesIO(content))
    before = place.stored()
    assert place.again().keep(CASE, io.BytesIO(content)) == first
    assert place.stored() == before  # sealed anew it would have another key: what was there stays
    place.vault.keep(OTHER, io.BytesIO(content))
    assert len(set(place.stored().values())) == 2  # another case, another key
    assert list(place.vault.cases()) == [CASE, OTHER]


def damages(sound: bytes, dice: random.Random) -> list[bytes]:
    """Every byte of header and trailer flipped, bytes in between, cuts, additions, swapped chunks."""
    positions = [*range(HEADER + 9), *range(len(sound) - TRAILER - 9, len(sound))]
    positions += [dice.randrange(len(sound)) for _ in range(40)]
    found = []
    for position in positions:
        flipped = bytearray(sound)
        flipped[position] ^= 1 << dice.randrange(8)
        found.append(bytes(flipped))
    whole = CHUNK + 16
    second, third = HEADER + whole, HEADER + 2 * whole
    return [
        *found, sound[:-1], sound + b"\0", sound[:second], sound[:HEADER], sound[:10], b"",
        sound[:HEADER] + sound[second:third] + sound[HEADER:second] + sound[third:],
        sound[:HEADER] + sound[second:],
    ]  # fmt: skip


def test_threat_14_content_changed_at_rest_is_noticed_with_and_without_keys(place: Place) -> None:
    content = random.Random(2).randbytes(2 * CHUNK + 100)
    digest, _ = place.vault.keep(CASE, io.BytesIO(content))
    ((path, sound),) = place.stored().items()
    spoilt = damages(sound, random.Random(3))
    unnoticed = []
    for number, stored in enumerate(spoilt):
        place.put(path, stored)
        for look in (place.vault.read, place.vault.check):
            try:
                look(CASE, digest)
                unnoticed.append((number, look.__name__))
            except IntegrityError:
                pass
    # A damage to the first four bytes may make it look like the form that has no check sum.
    assert (len(spoilt), unnoticed) == (201, [])
    assert place.vault.damaged(CASE) == (digest,)
    with pytest.raises(IntegrityError):  # the sender must not be told that his copy is safe
        place.vault.keep(CASE, io.BytesIO(content))


def test_threat_14_content_replaced_with_a_new_check_sum_is_noticed_by_its_key(place: Place) -> None:
    """Who writes both content and check sum deceives a scrub without keys, and no one who reads."""
    digest, _ = place.vault.keep(CASE, io.BytesIO(b"original"))
    drawer = io.BytesIO()
    vault_form.seal(drawer.write, CASE, b"k" * 32, io.BytesIO(b"original"))  # type: ignore[arg-type]
    place.put(path_of(CASE, digest), drawer.getvalue())
    assert place.vault.check(CASE, digest)
    with pytest.raises(IntegrityError):
        place.vault.read(CASE, digest)


def test_content_moved_under_another_digest_or_case_is_noticed(place: Place) -> None:
    digest, _ = place.vault.keep(CASE, io.BytesIO(b"one"))
    other = digest_of(b"two")
    ((_, stored),) = place.stored().items()
    place.vault.keep(OTHER, io.BytesIO(b"x"))
    for reference, name in ((CASE, other), (OTHER, digest)):
        place.put(path_of(reference, name), stored)
        for look in (place.vault.read, place.vault.check):
            with pytest.raises(IntegrityError):
                look(reference, name)


def test_what_is_not_there_is_said_at_once(place: Place) -> None:
    for action in (place.vault.read, place.vault.stream, place.vault.check):
        with pytest.raises(NotFoundError):
            action(CASE, ABSENT)
    assert not place.vault.has(CASE, ABSENT)
    for reference in ("../../etc", "XV-2026-0001/..", "", "xv-2026-0001"):
        with pytest.raises(NotFoundError, match="reference"):
            place.vault.keep(reference, io.BytesIO(b""))
        with pytest.raises(NotFoundError):
            place.vault.has(reference, ABSENT)
    with pytest.raises(NotFoundError, match="digest"):
        place.vault.has(CASE, "sha256:../../../../etc/passwd")
    assert list(place.vault.holdings(CASE)) == []
    assert list(place.vault.cases()) == []


def test_what_else_lies_there_is_not_taken_for_content(place: Place) -> None:
    digest, _ = place.vault.keep(CASE, io.BytesIO(b"content"))
    for path in (f"{CASE}/zz/note.txt", f"{CASE}/00/{digest[7:]}", "lost/00/x", "canary/2026-11-23"):
        place.put(path, b"?")
    assert list(place.vault.digests(CASE)) == [digest]
    assert list(place.vault.cases()) == [CASE]


def test_many_at_once_keep_one(place: Place) -> None:
    contents = [random.Random(n % 3).randbytes((9 << 20 if n % 3 == 2 else CHUNK) + n % 3) for n in range(12)]
    results: list[str] = []
    lock = threading.Lock()

    def keep(content: bytes) -> None:
        digest, _ = place.again().keep(CASE, io.BytesIO(content))
        with lock:
            results.append(digest)

    threads = [threading.Thread(target=keep, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 12
    assert sorted(set(results)) == list(place.vault.digests(CASE))
    assert len(set(results)) == 3
    assert place.vault.damaged(CASE) == ()
    assert place.drafts() == []


# what installations before EVB2 stored

FROZEN = bytes.fromhex(
    "455642310861dca1807b2db48ad3fc0a7c86a4941309f1a368ea3ee46b5fd4266d7d58dd6fb188ccf2427af324b6bbf2d3f98c265afaacc0c7b3"
    "7f6220c66f7c85176095e371e75157af6b2a1692df8e9973f9fc97baf745c802fce2a9"
)
"""Written by the version before, with a case key of 32 times k."""


def test_what_the_version_before_wrote_is_read(place: Place) -> None:
    content = b"kept by an earlier version"
    arriving = io.BytesIO(FROZEN)
    read = vault_form.unseal(arriving, len(FROZEN), b"k" * 32, CASE, digest_of(content))
    assert b"".join(read) == content
    key = place.keys.case_key(CASE)
    for size in (0, 1, 1 << 20, (1 << 20) + 1, 2 << 20, (2 << 20) + 5):
        content = random.Random(size).randbytes(size)
        digest, sound = digest_of(content), old_form(content, key)
        place.put(path_of(CASE, digest), sound)
        assert place.vault.read(CASE, digest) == content
        assert place.vault.check(CASE, digest) is False  # only its key can tell
        assert place.vault.keep(CASE, io.BytesIO(content)) == (digest, size)
        assert place.stored()[path_of(CASE, digest)] == sound
        for spoilt in (sound[:-1], sound + b"\0", sound[:-20] + bytes([sound[-20] ^ 1]) + sound[-19:]):
            place.put(path_of(CASE, digest), spoilt)
            with pytest.raises(IntegrityError):
                place.vault.read(CASE, digest)


# keys: one per content, wrapped by one per case, wrapped by a master key


def test_destroying_a_cases_key_shreds_its_content_and_no_other(place: Place) -> None:
    gone, _ = place.vault.keep(CASE, io.BytesIO(b"to be erased"))
    stays, _ = place.vault.keep(OTHER, io.BytesIO(b"stays"))
    copy = place.stored()[path_of(CASE, gone)]
    assert place.vault.key_held(CASE)
    place.keys.destroy(CASE)
    with pytest.raises(NotFoundError, match="no key"):
        place.again().read(CASE, gone)
    assert place.vault.key_held(CASE) is False
    assert place.vault.read(OTHER, stays) == b"stays"
    assert place.vault.check(CASE, gone)  # sound, and nobody can read it
    place.vault.keep(CASE, io.BytesIO(b"anew"))  # a new key, which opens nothing of before
    place.put(path_of(CASE, gone), copy)
    with pytest.raises(IntegrityError):
        place.vault.read(CASE, gone)


def test_a_new_master_key_rewrites_no_content(place: Place) -> None:
    digest, _ = place.vault.keep(CASE, io.BytesIO(b"content"))
    place.vault.keep(OTHER, io.BytesIO(b"content"))
    before, file = place.stored(), place.home / "keys" / "cases" / f"{CASE}.json"
    wrapped = file.read_bytes()
    assert place.keys.rotate() == 2
    assert file.read_bytes() != wrapped
    assert place.stored() == before
    assert place.vault.read(CASE, digest) == b"content"
    file.write_bytes(wrapped)  # from a backup older than the new key
    assert place.vault.read(CASE, digest) == b"content"


def test_each_content_has_a_key_of_its_own(place: Place) -> None:
    for content in (b"one", b"two", b"three"):
        place.vault.keep(CASE, io.BytesIO(content))
    wrapped = {stored[11:HEADER] for stored in place.stored().values()}
    assert len(wrapped) == 3
    assert not any(place.keys.case_key(CASE) in stored for stored in place.stored().values())
