"""The payload codec: what leaves the process is unreadable, what was changed or lacks its key says so."""

import json
import stat
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from rogatory.adapters.codec import (
    EncryptionCodec,
    add_key,
    encrypted_converter,
    load_key_ring,
    make_key_ring,
)
from rogatory.errors import IntegrityError, UsageError
from schemas.identifiers import Record

WORDS = "Mila Vos, born 3 March 2001"


class Note(Record):
    text: str


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    file = tmp_path / "keys" / "codec.json"
    make_key_ring(file)
    return file


async def sealed(converter: DataConverter, text: str = WORDS) -> Payload:
    return (await converter.encode([Note(text=text)]))[0]


async def opened(converter: DataConverter, payload: Payload) -> str:
    note: Note = (await converter.decode([payload], [Note]))[0]
    return note.text


async def test_a_record_comes_back_and_its_words_do_not_travel(ring: Path) -> None:
    converter = encrypted_converter(ring)
    payload = await sealed(converter)
    assert await opened(converter, payload) == WORDS
    assert WORDS.encode() not in payload.SerializeToString()
    assert b"text" not in payload.data
    assert payload.metadata["encoding"] == b"binary/encrypted"


async def test_the_same_record_twice_is_not_the_same_ciphertext(ring: Path) -> None:
    converter = encrypted_converter(ring)
    assert (await sealed(converter)).data != (await sealed(converter)).data


async def test_failures_travel_encrypted(ring: Path) -> None:
    converter = encrypted_converter(ring)
    failure = Failure()
    await converter.encode_failure(ApplicationError(WORDS, type="FourEyes"), failure)
    assert WORDS.encode() not in failure.SerializeToString()
    again = await converter.decode_failure(failure)
    assert isinstance(again, ApplicationError)
    assert again.message == WORDS
    assert again.type == "FourEyes"


async def test_any_flipped_byte_is_refused(ring: Path) -> None:
    converter = encrypted_converter(ring)
    payload = await sealed(converter)
    for place in range(len(payload.data)):
        changed = bytearray(payload.data)
        changed[place] ^= 1
        with pytest.raises(IntegrityError, match="does not open"):
            await opened(converter, Payload(metadata=payload.metadata, data=bytes(changed)))


@pytest.mark.parametrize("length", [0, 11, 27])
async def test_a_payload_cut_short_is_refused(ring: Path, length: int) -> None:
    converter = encrypted_converter(ring)
    payload = await sealed(converter)
    with pytest.raises(IntegrityError, match="cut short"):
        await opened(converter, Payload(metadata=payload.metadata, data=payload.data[:length]))


async def test_the_key_id_is_bound_to_the_payload() -> None:
    same_key = b"k" * 32
    codec = EncryptionCodec({"k1": same_key, "k2": same_key}, "k1")
    payload = (await codec.encode([Payload(data=b"words")]))[0]
    payload.metadata["encryption-key-id"] = b"k2"
    with pytest.raises(IntegrityError, match="does not open"):
        await codec.decode([payload])


async def test_after_rotation_old_payloads_open_and_new_ones_use_the_new_key(ring: Path) -> None:
    old = await sealed(encrypted_converter(ring))
    assert add_key(ring) == "k2"
    rotated = encrypted_converter(ring)
    assert await opened(rotated, old) == WORDS
    new = await sealed(rotated)
    assert new.metadata["encryption-key-id"] == b"k2"
    assert add_key(ring) == "k3"
    assert await opened(encrypted_converter(ring), new) == WORDS


async def test_a_missing_key_is_named(ring: Path, tmp_path: Path) -> None:
    add_key(ring)
    payload = await sealed(encrypted_converter(ring))
    other = tmp_path / "other.json"
    make_key_ring(other)
    with pytest.raises(IntegrityError, match="'k2', which is not in the key ring") as caught:
        await opened(encrypted_converter(other), payload)
    assert "backup" in caught.value.hint


async def test_a_wrong_key_of_the_same_name_is_refused(ring: Path, tmp_path: Path) -> None:
    payload = await sealed(encrypted_converter(ring))
    other = tmp_path / "other.json"
    make_key_ring(other)
    with pytest.raises(IntegrityError, match="not the one it was written with"):
        await opened(encrypted_converter(other), payload)


async def test_a_clear_payload_passes_and_is_read_as_it_is(ring: Path) -> None:
    clear = (await DataConverter.default.encode([{"text": "from elsewhere"}]))[0]
    assert await opened(encrypted_converter(ring), clear) == "from elsewhere"


def test_the_ring_is_its_owners_only_and_never_overwritten(ring: Path) -> None:
    assert stat.S_IMODE(ring.stat().st_mode) == 0o600
    before = ring.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        make_key_ring(ring)
    assert ring.read_bytes() == before
    assert [file.name for file in ring.parent.iterdir()] == ["codec.json"], "no unfinished file is left behind"


def test_a_missing_ring_is_never_made_in_silence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no key ring") as caught:
        encrypted_converter(tmp_path / "codec.json")
    assert "rogatory init" in caught.value.hint
    assert not (tmp_path / "codec.json").exists()


def test_a_ring_open_to_others_is_refused(ring: Path) -> None:
    ring.chmod(0o640)
    with pytest.raises(UsageError, match="open to other users") as caught:
        load_key_ring(ring)
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"current": "k1", "keys": []}',
        '{"current": "k1", "keys": {}}',
        '{"current": "k1", "keys": {"k1": 5}}',
        '{"current": "k1", "keys": {"k1": "c2hvcnQ="}}',
        '{"current": "k1", "keys": {"k1": "not base64!"}}',
        "\x00\xff",
    ],
)
def test_a_spoilt_ring_is_named_and_shows_no_key(ring: Path, content: str) -> None:
    ring.write_text(content, encoding="latin-1")
    with pytest.raises(UsageError, match="key ring"):
        load_key_ring(ring)


def test_the_current_key_must_be_in_the_ring(ring: Path) -> None:
    written = json.loads(ring.read_text())
    ring.write_text(json.dumps({**written, "current": "k9"}))
    with pytest.raises(UsageError, match="k9"):
        load_key_ring(ring)
