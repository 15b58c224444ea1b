"""Packages, good and bad: as they are really made, as a carrier without any key alters them, as their sender might.

A carrier rewrites the ZIP in the manner of the house, check sums and bag manifests included, so that only the seal or
the form tells; the sender's own service seals anew, so that only the record, or the other state, tells.
"""

import base64
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from rogatory.adapters.officials import signer_for
from rogatory.adapters.package_zip import build_package
from rogatory.custody.dsse import canonical
from rogatory.custody.package import (
    ASIC_MANIFEST,
    BAG_MANIFEST,
    MESSAGE,
    SIGNATURE,
    TAG_MANIFEST,
    PackageMessage,
    SentDocument,
    SentItem,
    dos_time,
    part,
)
from schemas.custody import CaseRecord
from tests.conformance.forger import Corpus, Files, Forger, files_of, flipped, lines_of
from tests.contracts.test_witness import Pair
from tests.properties.ledger_steps import START

NOTE, LIST, ITEM = "data/documents/01-note.txt", "data/documents/02-list.txt", "data/evidence/01-account.csv"
PARTS = (
    part(NOTE, b"What is sent along.\n"),
    part(LIST, b"One account, one statement.\n"),
    part(ITEM, b"day,amount\n2026-02-03,100.00\n"),
)
CUSTODY = "data/custody/"
SEAL_CHECK, SEALED, BAG, MADE = "seal", "sealed manifest", "bag manifest", "package can be opened"


class Sender:
    """Our authority, making packages."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.bench = pair, pair.bench

    def package(self, record: CaseRecord | None, *, signer: str = "service", number: int = 1, **changes: Any) -> bytes:
        """A package of that record; the transmission has that number."""
        documents = tuple(SentDocument(path=one.path, sha256=one.sha256, type="note") for one in PARTS[:2])
        item = SentItem(path=ITEM, name="account.csv", sha256=PARTS[2].sha256, size=PARTS[2].size, measure="m1")
        said = {
            "kind": "evidence",
            "sender": "XV",
            "to": "XN",
            "reference": self.bench.reference,
            "transmission": f"00000000-0000-4000-8000-{number:012}",
            "at": START,
            "documents": documents,
            "items": (item,),
        }
        home = self.bench.home if signer != "stranger" else self.bench.home.parent / "xn"
        out = io.BytesIO()
        message = PackageMessage.model_validate(said | changes)
        build_package(out, message, PARTS, signer_for(home, signer.replace("stranger", "service")), record=record)
        return out.getvalue()


def packages(corpus: Corpus, pair: Pair) -> None:
    """All of them, of a case with evidence."""
    sender, bench = Sender(pair), pair.bench
    bench.reference = "XV-2026-0004"
    bench.held()
    older = bench.ledger.record(bench.reference)
    pair.cosign()
    older_cosigned = bench.ledger.record(bench.reference)
    bench.fact("shut", "request-closed", result="not-transmitted")
    alone = bench.ledger.record(bench.reference)
    pair.cosign()
    record = bench.ledger.record(bench.reference)
    good = sender.package(record)
    assert repacked(good, lambda files: None) == good, "rewriting alone must not be what is noticed"

    def add(name: str, content: bytes, denies: str | None, why: str, **more: Any) -> None:
        corpus.add(name, {"package.asice": content}, denies, why, **more)

    add("good-package", good, None, "documents, an item of evidence and the record, cosigned", cosigned=True)
    add("good-package-no-record", sender.package(None), None, "a package without a record")
    add("good-package-order", repacked(good, reordered), None, "the same files in another order", cosigned=True)
    why = "the case goes on: the record is complete up to the head that goes along"
    add("good-package-open-case", sender.package(older_cosigned), None, why, cosigned=True)
    add("unproven-package-not-cosigned", sender.package(alone), None, "completeness not proven: nobody cosigned it")
    why = "an older package in a newer one's place is sound as of its moment; completeness not proven"
    add("unproven-package-older", sender.package(older, number=2), None, why)
    by_carrier(add, good, sender.package(record, number=3), files_of(older_cosigned))
    by_zip(add, good)
    by_sender(add, sender, record, older_cosigned, alone)


def by_carrier(add: Callable[..., None], good: bytes, other: bytes, older: Files) -> None:
    """What may be done to a package on its way, without any key."""
    foreign = unpacked(other)

    def bad(name: str, denies: str, why: str, check: str, change: Callable[[Files], object], **more: Any) -> None:
        add(f"bad-package-{name}", repacked(good, change), denies, why, check=check, **more)

    bad("document", "intact", "a document was changed", SEALED, altered)
    bad("document-rebagged", "intact", "a document was changed, and the bag made anew", SEALED, rebagged(altered))
    bad("bit", "intact", "a bit of an item was flipped, and the check sums made anew", SEALED, rebagged(one_bit))
    bad("swapped", "intact", "two documents change places", SEALED, rebagged(swapped))
    bad("renamed", "intact", "a document under another name", SEALED, rebagged(renamed))
    bad("added", "intact", "a file was added", f"{SEALED}: nothing missing or added", rebagged(added))
    bad("added-outside", "intact", "a file beside the bag", f"{SEALED}: nothing missing or added", added_outside)
    bad("removed", "complete", "an item was taken out", f"{SEALED}: nothing missing or added", rebagged(removed))
    bad("bag-line", "intact", "a line of the bag's manifest is missing", SEALED, line_removed(BAG_MANIFEST, ITEM))
    bad("tag-line", "intact", "a line of the tag manifest is missing", SEALED, line_removed(TAG_MANIFEST, "bagit.txt"))
    bad("sealed-line", "intact", "a file was taken out of the sealed manifest", SEAL_CHECK, unsealed_item)
    bad("record-older", "intact", "the record of an older package", SEALED, rebagged(put(older)))
    other_seal = {SIGNATURE: foreign[SIGNATURE]}
    bad("seal-of-another", "intact", "the seal of another package", SEAL_CHECK, lambda files: files.update(other_seal))
    other_message = {MESSAGE: foreign[MESSAGE]}
    bad("message-of-another", "intact", "the message of another package", SEALED, rebagged(other_message))
    unread = "package can be read"
    bad("unsealed", "intact", "there is no seal", unread, lambda files: files.pop(SIGNATURE))
    bad("no-manifest", "intact", "there is no sealed manifest", unread, lambda files: files.pop(ASIC_MANIFEST))
    bad("no-message", "intact", "there is no message", MADE, lambda files: files.pop(MESSAGE))


def by_zip(add: Callable[..., None], good: bytes) -> None:
    """A ZIP says everything twice; what readers take differently, or would follow out of the folder, is refused."""

    def bad(name: str, why: str, content: bytes, **more: Any) -> None:
        add(f"bad-zip-{name}", content, "intact", why, check=more.pop("check", MADE), **more)

    bad("cut", "the file is cut", good[: len(good) // 2])
    bad("cut-end", "the last byte is missing", good[:-1])
    bad("data-behind", "bytes lie behind its end", good + b"PK\x03\x04 more")
    bad("data-before", "bytes lie before its start", b"#!/bin/sh\n" + good, check="can be read")
    bad("comment", "bytes lie in its comment", good[:-2] + struct.pack("<H", 4) + b"more")
    bad("gap", "bytes lie between its entries", gap(good), small=False)
    bad("twice", "a path is there twice", extra(good, NOTE, b"What is sent along?\n"))
    bad("climbs", "a path climbs out of the folder", extra(good, "../evil.sh", b"x"))
    bad("absolute", "an absolute path", extra(good, "/evil.sh", b"x"))
    bad("backslash", "a path with backslashes", extra(good, "data\\..\\..\\evil.sh", b"x"))
    bad("case", "two paths that are one file on some systems", extra(good, NOTE.upper(), b"x"))
    bad("bomb", "an entry of a thousand times its size", extra(good, "data/zeros", bytes(4 << 20), deflated=True))
    bad(
        "link",
        "an entry is a link",
        good.replace(central_link(good, 0o100644), central_link(good, 0o120777)),
        small=False,
    )
    bad("two-names", "header and directory name an entry differently", header_renamed(good))
    encrypted = io.BytesIO(good)
    for place in (good.index(b"PK\x03\x04") + 6, good.index(b"PK\x01\x02") + 8):
        encrypted.seek(place)
        encrypted.write(b"\1")
    bad("encrypted", "an entry says it is encrypted", encrypted.getvalue())
    bad("mimetype", "the mark of the format does not come first", repacked(good, mark_last), small=False)


def by_sender(
    add: Callable[..., None], sender: Sender, record: CaseRecord, older: CaseRecord, alone: CaseRecord
) -> None:
    """What the sender's own service, or one with its key, could seal."""
    proofs = json.loads(str(record.proofs))
    leaves = proofs["leaves"]
    exchanged = [leaves[1] | {"index": leaves[0]["index"]}, leaves[0] | {"index": leaves[1]["index"]}, *leaves[2:]]
    forger = Forger(sender.bench.home, files_of(record))
    forged = lines_of(forger.forge("assessed", facts={"assessment": "another"}))
    flip = list(record.lines)
    flip[-2] = flipped(flip[-2].encode(), 400).decode("utf-8", "replace")

    def bad(name: str, denies: str, why: str, check: str, kept: CaseRecord, /, **more: Any) -> None:
        small = more.pop("small", True)
        add(f"bad-sealed-{name}", sender.package(kept, **more), denies, why, check=check, small=small)

    def but(**changes: Any) -> CaseRecord:
        return record.model_copy(update=changes)

    spoilt = canonical(proofs | {"leaves": exchanged}).decode()
    tree, head = "ledger: place in the tree", "ledger: signed head"
    bad("proof-of-another", "intact", "two lines with one another's proof", tree, but(proofs=spoilt))
    bad("cut-record", "complete", "the last line of the record is missing", head, but(lines=record.lines[:-1]))
    bad("older-head", "complete", "the head of an older moment", head, but(head=older.head))
    why = "the checkpoint of an older moment: the newest line is in no tree"
    bad("older-checkpoint", "intact", why, tree, but(checkpoint=older.checkpoint, proofs=older.proofs))
    why = "older lines under the newest cosigned checkpoint"
    bad("older-lines", "complete", why, tree, older.model_copy(update={"checkpoint": record.checkpoint}))
    bad("line", "intact", "a bit of a line was flipped", "ledger: chain", but(lines=tuple(flip)))
    bad("line-forged", "intact", "a line was written anew, and all after it", tree, but(lines=tuple(forged)))
    body = str(record.checkpoint).partition("\n\n")
    raw = [row.split(" ") for row in body[2].splitlines()]
    false = base64.b64encode(flipped(base64.b64decode(raw[1][2]), 40)).decode()
    note = f"{body[0]}\n\n{' '.join(raw[0])}\n{raw[1][0]} {raw[1][1]} {false}\n"
    bad("false-cosignature", "intact", "the cosignature is forged", "ledger: cosigned head", but(checkpoint=note))
    bad("other-case", "complete", "the record of another case", "ledger of this case", record, reference="XV-2026-0009")
    bad(
        "by-official",
        "trusted",
        "sealed by an official",
        "seal is the recording service's",
        record,
        signer="reviewer-1",
    )
    bad("by-stranger", "trusted", "sealed by another state in our name", "seal trusted", record, signer="stranger")
    absent = (SentDocument(path="data/documents/09-x.txt", sha256="0" * 64, type="note"),)
    listed_check = "contents as the message lists them"
    bad("missing", "complete", "the message lists a file that is not there", listed_check, record, documents=absent)
    wrong = SentItem(path=ITEM, name="account.csv", sha256="0" * 64, size=9, measure="m1")
    bad(
        "misdeclared",
        "complete",
        "an item is not what its sender declares",
        "items as declared",
        record,
        items=(wrong,),
    )
    assert alone.lines == record.lines


# what a carrier does


def altered(files: Files) -> None:
    files[NOTE] = files[NOTE].replace(b"along", b"alone")


def one_bit(files: Files) -> None:
    files[ITEM] = flipped(files[ITEM], 12, 3)


def swapped(files: Files) -> None:
    files[NOTE], files[LIST] = files[LIST], files[NOTE]


def renamed(files: Files) -> None:
    files["data/documents/03-note.txt"] = files.pop(NOTE)


def added(files: Files) -> None:
    files["data/evidence/02-planted.csv"] = b"x"


def added_outside(files: Files) -> None:
    files["extra.txt"] = b"x"


def removed(files: Files) -> None:
    del files[ITEM]


def unsealed_item(files: Files) -> None:
    head, _, rest = files[ASIC_MANIFEST].partition(b"<asic:DataObjectReference")
    gone, end, rest = rest.partition(b"</asic:DataObjectReference>")
    assert gone
    assert end
    files[ASIC_MANIFEST] = head + rest.lstrip()


def reordered(files: Files) -> None:
    for name in sorted(files, reverse=True):
        if name != "mimetype":
            files[name] = files.pop(name)


def mark_last(files: Files) -> None:
    files["mimetype"] = files.pop("mimetype")


def line_removed(manifest: str, about: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        lines = files[manifest].decode().splitlines(keepends=True)
        kept = [line for line in lines if about not in line]
        assert len(kept) == len(lines) - 1
        files[manifest] = "".join(kept).encode()

    return change


def put(record: Files) -> Files:
    return {f"{CUSTODY}{name}": content for name, content in record.items()}


def rebagged(change: Callable[[Files], object] | Files) -> Callable[[Files], None]:
    """The change, and all manifests of the bag made anew: anyone can."""

    def changed(files: Files) -> None:
        tags = [name for name in files if not name.startswith(("data/", "META-INF/")) and name != TAG_MANIFEST]
        change(files) if callable(change) else files.update(change)
        files[BAG_MANIFEST] = listed(files, [name for name in files if name.startswith("data/")])
        files[TAG_MANIFEST] = listed(files, tags)

    return changed


def listed(files: Files, names: list[str]) -> bytes:
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(names)).encode()


# the ZIP


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(content: bytes, change: Callable[[Files], object]) -> bytes:
    """The package's files after a change, in a ZIP of the same making."""
    files = unpacked(content)
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            _write(archive, name, data)
    return out.getvalue()


def extra(content: bytes, name: str, data: bytes, *, deflated: bool = False) -> bytes:
    """One entry more."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a path that is there twice, which is what is wanted
        _write(archive, name, data, zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED)
    return out.getvalue()


def gap(content: bytes) -> bytes:
    """Bytes between the first entry and the second, and every offset behind them corrected."""
    hidden = b"not seen by any reader"
    second, start = content.index(b"PK\x03\x04", 4), content.rindex(b"PK\x01\x02")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.start_dir
    raw = bytearray(content[:second] + hidden + content[second:])
    place = start + len(hidden)
    while raw[place : place + 4] == b"PK\x01\x02":
        name, more, comment = struct.unpack_from("<3H", raw, place + 28)
        (offset,) = struct.unpack_from("<L", raw, place + 42)
        struct.pack_into("<L", raw, place + 42, offset + (len(hidden) if offset else 0))
        place += 46 + name + more + comment
    struct.pack_into("<L", raw, place + 16, start + len(hidden))
    return bytes(raw)


def header_renamed(content: bytes) -> bytes:
    """Another name in the header of an entry than in the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo(NOTE).header_offset + 30
    other = NOTE.replace("note", "nose").encode()
    return content[:place] + other + content[place + len(other) :]


def central_link(content: bytes, mode: int) -> bytes:
    """The directory's record of the first entry up to its name, with that mode."""
    start = content.index(b"PK\x01\x02")
    return content[start : start + 38] + struct.pack("<L", mode << 16) + content[start + 42 : start + 46]


def _write(archive: zipfile.ZipFile, name: str, data: bytes, kind: int = zipfile.ZIP_STORED) -> None:
    entry = zipfile.ZipInfo(name, dos_time(START))
    entry.external_attr, entry.create_system, entry.compress_type = 0o100644 << 16, 3, kind
    entry.file_size = len(data)
    with archive.open(entry, "w") as target:
        target.write(data)
