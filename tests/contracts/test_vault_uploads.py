"""Content that comes in parts, as a browser sends it: in any order, in separate requests, to any process."""

import hashlib
import io
import random
import threading
from collections.abc import Iterator

import pytest

from rogatory.adapters.vault_form import CHUNK, HEADER
from rogatory.adapters.vault_uploads import PART
from rogatory.errors import ChangedError, IntegrityError, NotFoundError, UsageError
from rogatory.ports import Uploads
from schemas.vault import Upload
from tests.contracts.vault_place import CASE, OTHER, Place, path_of

ORIGIN = "custodian/disk.E01/2026-11-23T10:00:00Z"


def content_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def part_of(content: bytes, number: int) -> bytes:
    return content[number * PART : (number + 1) * PART]


def send(uploads: Uploads, upload: Upload, content: bytes) -> None:
    """Sends what is missing."""
    for number in upload.missing:
        uploads.put(upload.reference, upload.id, number, part_of(content, number))


@pytest.mark.parametrize("size", [0, 1, CHUNK, PART - 1, PART, PART + 1, 2 * PART + CHUNK, 2 * PART + CHUNK + 5])
def test_parts_in_any_order_become_the_content(place: Place, size: int) -> None:
    content, counted = content_of(size), list[int]()
    upload = place.vault.uploads.begin(CASE, ORIGIN, size)
    assert upload.missing == tuple(range(upload.parts))
    for number in random.Random(size).sample(upload.missing, upload.parts):
        place.again().uploads.put(CASE, upload.id, number, part_of(content, number))  # each another process
    kept = place.again().uploads.finish(CASE, upload.id, counted.append)
    assert kept == (f"sha256:{hashlib.sha256(content).hexdigest()}", size)
    assert sum(counted) == size
    assert place.vault.read(CASE, kept[0]) == content
    assert place.vault.check(CASE, kept[0])
    assert place.vault.damaged(CASE) == ()
    assert list(place.stored()) == [path_of(CASE, kept[0])]
    assert (place.unfinished(), place.sending()) == ([], [])
    with pytest.raises(NotFoundError, match="no upload"):
        place.vault.uploads.finish(CASE, upload.id)


def test_who_comes_again_is_told_what_is_missing(place: Place) -> None:
    content = content_of(3 * PART + 9)
    upload = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    for number in (2, 0):
        place.vault.uploads.put(CASE, upload.id, number, part_of(content, number))
    again = place.again().uploads.begin(CASE, ORIGIN, len(content))
    assert (again.id, again.parts, again.part_size, again.missing) == (upload.id, 4, PART, (1, 3))
    (left,) = place.vault.unfinished()
    assert (left.reference, left.id) == (CASE, upload.id)
    assert list(place.vault.holdings(CASE)) == []
    with pytest.raises(UsageError, match="2 of 4 parts are missing, the first is part 1"):
        place.vault.uploads.finish(CASE, upload.id)
    send(place.vault.uploads, again, content)
    digest, _ = place.vault.uploads.finish(CASE, upload.id)
    assert place.vault.read(CASE, digest) == content


def test_a_part_never_comes_with_other_bytes(place: Place) -> None:
    """Other content under the same key and nonces would betray both."""
    content = content_of(PART + 100)
    upload = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    place.vault.uploads.put(CASE, upload.id, 1, part_of(content, 1))
    (draft,) = place.unfinished()
    before = draft.read_bytes()
    place.vault.uploads.put(CASE, upload.id, 1, part_of(content, 1))
    with pytest.raises(ChangedError, match="other bytes"):
        place.vault.uploads.put(CASE, upload.id, 1, bytes(100))
    assert draft.read_bytes() == before
    (marks,) = draft.parent.glob("parts")
    entries = bytearray(marks.read_bytes())
    entries[33] = 1  # killed after it was announced, before all of it was stored
    marks.write_bytes(entries)
    with pytest.raises(ChangedError, match="other bytes"):
        place.vault.uploads.put(CASE, upload.id, 1, bytes(100))
    assert place.vault.uploads.begin(CASE, ORIGIN, len(content)).missing == (0, 1)
    send(place.vault.uploads, place.vault.uploads.begin(CASE, ORIGIN, len(content)), content)
    assert draft.read_bytes()[-116:] == before[-116:]
    place.vault.uploads.abandon(CASE, upload.id)
    other = bytes(PART + 100)
    fresh = place.vault.uploads.begin(CASE, ORIGIN, len(other))
    send(place.vault.uploads, fresh, other)
    digest, _ = place.vault.uploads.finish(CASE, fresh.id)
    assert place.vault.read(CASE, digest) == other
    assert place.stored()[path_of(CASE, digest)][:HEADER] != before[:HEADER]


def test_another_size_is_another_content(place: Place) -> None:
    upload = place.vault.uploads.begin(CASE, ORIGIN, PART + 1)
    place.vault.uploads.put(CASE, upload.id, 1, b"x")
    (draft,) = place.unfinished()
    before = draft.read_bytes()[:HEADER]
    fresh = place.vault.uploads.begin(CASE, ORIGIN, PART + 2)
    assert fresh.missing == (0, 1)
    assert draft.read_bytes()[:HEADER] != before


def test_what_is_asked_wrongly_is_refused_in_words(place: Place) -> None:
    uploads = place.vault.uploads
    upload = uploads.begin(CASE, ORIGIN, PART + 1)
    for part in (-1, 2, 1 << 40):
        with pytest.raises(UsageError, match="There is no part"):
            uploads.put(CASE, upload.id, part, b"x")
    for part, content in ((0, b"x"), (1, b""), (1, b"xy")):
        with pytest.raises(UsageError, match="must have"):
            uploads.put(CASE, upload.id, part, content)
    for size in (-1, (1 << 40) + 1, 1 << 60):
        with pytest.raises(UsageError, match="No content"):
            uploads.begin(CASE, ORIGIN, size)
    for reference, name in (
        (CASE, "0" * 32), (CASE, "../../keys"), (CASE, ""), (OTHER, upload.id), ("../x", upload.id),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            uploads.put(reference, name, 0, b"x")
        with pytest.raises(NotFoundError):
            uploads.finish(reference, name)
        uploads.abandon(reference, name)
    assert place.vault.uploads.begin(CASE, ORIGIN, PART + 1).missing == (0, 1)


def test_a_part_that_was_damaged_is_asked_for_again(place: Place) -> None:
    content = content_of(2 * PART + 5)
    upload = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    send(place.vault.uploads, upload, content)
    (draft,) = place.unfinished()
    with draft.open("r+b") as file:
        file.seek(PART + PART // 2)
        file.write(bytes(100))
    with pytest.raises(IntegrityError, match="Part 1 is not as it came"):
        place.vault.uploads.finish(CASE, upload.id)
    again = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    assert again.missing == (1,)
    send(place.vault.uploads, again, content)
    digest, _ = place.vault.uploads.finish(CASE, upload.id)
    assert place.vault.read(CASE, digest) == content


def test_parts_that_come_at_once_do_not_spoil_each_other(place: Place) -> None:
    content = content_of(5 * PART)
    upload = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    stored = list[int]()

    def put(number: int) -> None:
        place.again().uploads.put(CASE, upload.id, number, part_of(content, number))
        stored.append(number)

    threads = [threading.Thread(target=put, args=(number % 5,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stored) == sorted([*range(5), *range(5)])
    digest, _ = place.vault.uploads.finish(CASE, upload.id)
    assert place.vault.read(CASE, digest) == content


def test_what_is_there_already_is_stored_once(place: Place) -> None:
    content = content_of(PART + 3)
    kept = place.vault.keep(CASE, io.BytesIO(content))
    before = place.stored()
    upload = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    send(place.vault.uploads, upload, content)
    assert place.vault.uploads.finish(CASE, upload.id) == kept
    assert place.stored() == before


def test_a_finish_that_was_cut_is_repeated(place: Place) -> None:
    content = content_of(2 * PART + 5)
    upload = place.vault.uploads.begin(CASE, ORIGIN, len(content))
    send(place.vault.uploads, upload, content)

    for calls in (1, 40, 66):  # at its start, in its middle; and in a store between two parts on their way
        left = iter(range(1, calls))

        def stop(_: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        try:
            place.vault.uploads.finish(CASE, upload.id, stop)
        except KeyboardInterrupt:
            assert list(place.vault.holdings(CASE)) == []
        else:
            break
    if place.unfinished():
        place.vault.uploads.finish(CASE, upload.id)
    (digest,) = place.vault.digests(CASE)
    assert place.vault.read(CASE, digest) == content
    assert (place.unfinished(), place.sending()) == ([], [])
