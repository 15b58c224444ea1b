"""Threats 14 and 34 at random places: bits of a package with its record, and of what the vault stores.

The exported record is flipped 3,000 times in `test_record_tamper.py`; what is done to a package on purpose (cut,
swapped, reordered, replayed, put back) stands in the corpus of `tests/conformance`. The seed is fixed.
"""

import io
import random
import tarfile
from pathlib import Path

from rogatory.adapters.package_check import verify_package
from rogatory.errors import IntegrityError
from rogatory.verification import load_anchors
from tests.contracts.vault_place import CASE, Place

CORPUS = Path(__file__).parents[1] / "conformance" / "corpus.tar.xz"


def flipped(sound: bytes, chance: random.Random) -> bytes:
    raw = bytearray(sound)
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def test_threat_34_three_thousand_flipped_bits_of_a_package_are_refused(tmp_path: Path) -> None:
    """None verifies, and none brings the verifier down."""
    with tarfile.open(CORPUS) as archive:
        archive.extractall(tmp_path, filter="data")
    anchors = [load_anchors(tmp_path / "anchors" / f"{state}.json") for state in ("XV", "XN")]
    sound = (tmp_path / "good-package" / "package.asice").read_bytes()
    assert verify_package(io.BytesIO(sound), anchors).ok
    chance = random.Random(5)
    spoilt = [flipped(sound, chance) for _ in range(3000)]
    assert [number for number, raw in enumerate(spoilt) if verify_package(io.BytesIO(raw), anchors).ok] == []


def test_threat_14_three_thousand_flipped_bits_in_the_vault_are_refused(tmp_path: Path) -> None:
    """Without its keys, as a scrub looks, and on reading."""
    place, chance = Place(tmp_path), random.Random(6)
    digest, _ = place.vault.keep(CASE, io.BytesIO(chance.randbytes(3000)))
    ((path, sound),) = place.stored().items()
    unnoticed = []
    for number in range(3000):
        place.put(path, flipped(sound, chance))
        for look in (place.vault.check, place.vault.read):
            try:
                look(CASE, digest)
                unnoticed.append((number, look.__name__))
            except IntegrityError:
                pass
    assert unnoticed == []


def test_a_vault_put_back_to_yesterday_lacks_what_came_since(tmp_path: Path) -> None:
    """What was there then is sound; what the ledger names since is found missing, as any deletion (threat 15)."""
    place = Place(tmp_path)
    first, _ = place.vault.keep(CASE, io.BytesIO(b"yesterday"))
    before = place.stored()
    second, _ = place.vault.keep(CASE, io.BytesIO(b"today"))
    for path in place.stored().keys() - before.keys():
        place.remove(path)
    vault = place.again()
    assert (vault.read(CASE, first), vault.has(CASE, first), vault.has(CASE, second)) == (b"yesterday", True, False)
