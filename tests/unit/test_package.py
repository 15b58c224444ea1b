"""The package: made, checked by public tools, attacked."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from rogatory.adapters.package_check import DECLARED, open_verified, verify_package
from rogatory.adapters.package_zip import build_package, encrypt_package, open_package
from rogatory.custody.package import PackageMessage, SentItem, part, read_asic_manifest, read_bag_manifest
from rogatory.errors import IntegrityError, RefusedError, UsageError
from tests.unit.paper_authority import AT, PaperAuthority

OURS = PaperAuthority("Xaveria", "XV")
SEAL = OURS.signer("DEMO Seal of Xaveria")
BANK = b"date,amount\n2026-01-02,100.00\n" * 50
TRANSMISSION = "0190a3f2-0000-7000-8000-000000000001"
PATH = "data/evidence/01-relevé bancaire.csv"


def message(**changes: object) -> PackageMessage:
    item = SentItem(path=PATH, name="relevé\u202ebancaire.csv", sha256=part(PATH, BANK).sha256, size=len(BANK))
    plain: dict[str, object] = {
        "kind": "evidence",
        "sender": "XV",
        "to": "XN",
        "reference": "XV-2026-0001",
        "transmission": TRANSMISSION,
        "at": AT,
        "items": (item,),
        "complete": True,
    }
    return PackageMessage.model_validate(plain | changes)


def built(said: PackageMessage | None = None, content: bytes = BANK) -> bytes:
    out = io.BytesIO()
    build_package(out, said or message(), [part(PATH, content)], SEAL)
    return out.getvalue()


def report(content: bytes, trust: PaperAuthority = OURS):  # type: ignore[no-untyped-def]
    return verify_package(io.BytesIO(content), trust.anchors)


def test_what_was_sealed_verifies_and_reads_back() -> None:
    found = report(built())
    assert found.ok, [check for check in found.checks if not check.ok]
    assert found.demo
    with open_verified(io.BytesIO(built()), None, OURS.anchors) as opened:
        assert opened.message.items[0].name == "relevé\u202ebancaire.csv"  # kept as sent; only shown safely
        assert opened.read(PATH, 10_000) == BANK
        assert opened.stream().read() == built()[:4] + opened.stream().read()[4:]


def test_the_same_package_differs_only_in_its_signatures() -> None:
    first, second = zipfile.ZipFile(io.BytesIO(built())), zipfile.ZipFile(io.BytesIO(built()))
    assert first.namelist()[0] == "mimetype"
    differing = {name for name in first.namelist() if first.read(name) != second.read(name)}
    assert differing <= {
        "data/message.json", "manifest-sha256.txt", "tagmanifest-sha256.txt",
        "META-INF/ASiCManifest.xml", "META-INF/signature.p7s",
    }  # fmt: skip
    assert [i.date_time for i in first.infolist()] == [(2026, 3, 4, 10, 30, 0)] * len(first.namelist())


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_public_tools_agree_without_our_code(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    zipfile.ZipFile(io.BytesIO(built())).extractall(bag)
    (tmp_path / "root.pem").write_text(OURS.root)

    def runs(*command: str) -> int:
        return subprocess.run(command, cwd=bag, capture_output=True, check=False).returncode

    openssl = (
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "META-INF/signature.p7s",
        "-content", "META-INF/ASiCManifest.xml", "-CAfile", "../root.pem", "-purpose", "any", "-out", "/dev/null",
    )  # fmt: skip
    checks = (
        ("sha256sum", "-c", "manifest-sha256.txt"),
        ("sha256sum", "-c", "tagmanifest-sha256.txt"),
        openssl,
    )
    assert [runs(*command) for command in checks] == [0, 0, 0]
    (bag / PATH).write_bytes(BANK[:-1] + b"\0")
    manifest = bag / "META-INF/ASiCManifest.xml"
    manifest.write_bytes(manifest.read_bytes().replace(b"VERIFY.txt", b"VERIFX.txt"))
    assert all(runs(*command) != 0 for command in (checks[0], openssl))


def test_the_bag_tool_of_archives_agrees(tmp_path: Path) -> None:
    bagit = pytest.importorskip("bagit", exc_type=ImportError)  # 1.8.1 does not load without setuptools
    zipfile.ZipFile(io.BytesIO(built())).extractall(tmp_path)
    bagit.Bag(str(tmp_path)).validate()
    (tmp_path / PATH).write_bytes(BANK[:-1] + b"\0")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path)).validate()


def test_every_sampled_flipped_byte_is_noticed() -> None:
    content = built()
    seal, directory = content.index(b"0\x82", content.index(b"META-INF/signature.p7s")), content.index(b"PK\x01\x02")
    positions = {*range(0, seal, 41), *range(seal, directory, 7), *range(directory, directory + 60)}
    positions |= {*range(directory, len(content), 11), *range(len(content) - 30, len(content))}
    unnoticed = []
    for position in sorted(positions):
        flipped = bytearray(content)
        flipped[position] ^= 1 << (position % 8)
        if report(bytes(flipped)).ok:
            unnoticed.append(position)
    assert unnoticed == []


def rewritten(change: Callable[[dict[str, bytes]], None], content: bytes | None = None) -> bytes:
    """The package's files after a change, packed anew in the same manner."""
    source = zipfile.ZipFile(io.BytesIO(content or built()))
    files = {name: source.read(name) for name in source.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2026, 3, 4, 10, 30, 0))
            entry.external_attr, entry.create_system = 0o100644 << 16, 3
            archive.writestr(entry, data)
    return out.getvalue()


def rebag(files: dict[str, bytes]) -> None:
    """What an attacker with the bag's own tools can do: all manifests of the bag anew."""
    from hashlib import sha256

    lines = "".join(f"{sha256(files[n]).hexdigest()}  {n}\n" for n in sorted(files) if n.startswith("data/"))
    files["manifest-sha256.txt"] = lines.encode()
    tags = ("VERIFY.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    files["tagmanifest-sha256.txt"] = "".join(f"{sha256(files[n]).hexdigest()}  {n}\n" for n in tags).encode()


def alter(files: dict[str, bytes]) -> None:
    files[PATH] = files[PATH].replace(b"100.00", b"900.00")


def alter_and_rebag(files: dict[str, bytes]) -> None:
    alter(files)
    rebag(files)


def add(files: dict[str, bytes]) -> None:
    files["data/evidence/02-planted.csv"] = b"x"
    rebag(files)


def remove(files: dict[str, bytes]) -> None:
    del files[PATH]
    rebag(files)


def add_outside(files: dict[str, bytes]) -> None:
    files["extra.txt"] = b"x"


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (alter, "intact"),
        (alter_and_rebag, "intact"),
        (add, "complete"),
        (remove, "complete"),
        (add_outside, "complete"),
    ],
)
def test_a_changed_package_says_no(change: Callable[[dict[str, bytes]], None], answer: str) -> None:
    assert report(rewritten(lambda files: None)).ok  # the rewriting itself is not what is noticed
    found = report(rewritten(change))
    assert not getattr(found, answer), found
    with pytest.raises(IntegrityError):
        open_verified(io.BytesIO(rewritten(change)), None, OURS.anchors)


def test_a_message_by_another_key_of_the_same_authority_is_not_signed() -> None:
    from rogatory.custody.package import seal_message

    clerk = OURS.signer("A clerk")
    other = seal_message(message(text="send everything"), clerk).encode()

    def swap(files: dict[str, bytes]) -> None:
        files["data/message.json"] = other
        rebag(files)

    assert not report(rewritten(swap)).signed


def test_trust_needs_the_senders_own_root_and_the_registered_key() -> None:
    stranger = PaperAuthority("Elsewhere", "XV")
    found = report(built(), stranger)
    assert (found.intact, found.signed, found.trusted) == (True, True, False)
    # a state we trust may not speak for another one
    assert not verify_package(io.BytesIO(built(message(sender="XN"))), [OURS.anchors]).trusted
    content = io.BytesIO(built())
    assert verify_package(content, OURS.anchors, seal_keys=[SEAL.keyid]).trusted
    assert not verify_package(io.BytesIO(built()), OURS.anchors, seal_keys=["0" * 64]).trusted


def test_a_wrong_declaration_is_told_and_left_to_a_person() -> None:
    wrong = message().items[0].model_copy(update={"sha256": "0" * 64})
    content = built(message(items=(wrong,)))
    found = report(content)
    assert (found.intact, found.signed, found.trusted, found.complete) == (True, True, True, False)
    assert [check.name for check in found.checks if not check.ok] == [DECLARED]
    with open_verified(io.BytesIO(content), None, OURS.anchors) as opened:
        assert opened.message.items[0].sha256 == "0" * 64


def test_an_encrypted_package_opens_for_its_recipient_only() -> None:
    right, wrong = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    sealed = io.BytesIO()
    encrypt_package(io.BytesIO(built()), sealed, str(right.to_public()))
    assert b"amount" not in sealed.getvalue()
    assert verify_package(io.BytesIO(sealed.getvalue()), OURS.anchors, identity=str(right)).ok
    with pytest.raises(RefusedError, match="another key"):
        open_package(io.BytesIO(sealed.getvalue()), str(wrong))
    with pytest.raises(RefusedError, match="no key was given"):
        open_package(io.BytesIO(sealed.getvalue()))
    with pytest.raises(IntegrityError, match="more than 1000 bytes"):
        open_package(io.BytesIO(sealed.getvalue()), str(right), limit=1000)
    for position in range(0, len(sealed.getvalue()), 97):
        flipped = bytearray(sealed.getvalue())
        flipped[position] ^= 1
        assert not verify_package(io.BytesIO(bytes(flipped)), OURS.anchors, identity=str(right)).ok
    with pytest.raises(UsageError, match="not an age recipient"):
        encrypt_package(io.BytesIO(b""), io.BytesIO(), "age1nonsense")


def hostile(name: str = "mimetype", data: bytes = b"x", **attributes: object) -> Callable[[zipfile.ZipFile], None]:
    def fill(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo(name, (2026, 3, 4, 10, 30, 0))
        entry.external_attr, entry.create_system = 0o100644 << 16, 3
        for attribute, value in attributes.items():
            setattr(entry, attribute, value)
        archive.writestr(entry, data)

    return fill


@pytest.mark.parametrize(
    ("fills", "says"),
    [
        ([hostile("../../etc/passwd")], "climbs"),
        ([hostile("/etc/passwd")], "absolute"),
        ([hostile("a\\..\\b")], "forbidden"),
        ([hostile("a/\u202egpj.exe")], "hidden"),
        ([hostile("data/con.txt")], "reserve"),
        ([hostile("folder/")], "empty or climbs"),
        ([hostile("l", b"/etc/passwd", external_attr=0o120777 << 16)], "link"),
        ([hostile("a"), hostile("A")], "share the path"),
        ([hostile("a"), hostile("a")], "share the path"),
        ([hostile("a"), hostile("a/b")], "both a file and a folder"),
        ([hostile("caf\u00e9"), hostile("cafe\u0301")], "normal form"),
        ([hostile("bomb", b"\0" * (8 << 20), compress_type=zipfile.ZIP_DEFLATED)], "200 times"),
        ([hostile("lzma", b"x" * 100, compress_type=zipfile.ZIP_LZMA)], "unusual"),
        ([hostile("big", b"x" * 200_000)], "more than 100000 bytes"),
        ([hostile(f"f{n}") for n in range(10_001)], "10000 files"),
        ([hostile("not-mimetype")], "not an ASiC-E"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_harmful_zip_is_refused(fills: list[Callable[[zipfile.ZipFile], None]], says: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for fill in fills:
            fill(archive)
    with pytest.raises(IntegrityError, match=says):
        open_package(io.BytesIO(out.getvalue()), limit=100_000 if "100000" in says else 1 << 30)
    assert not report(out.getvalue()).ok


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x05\x06" + b"\0" * 18,
        b"age-encryption.org/v1\n-> X25519 garbage\n",
        b"junk" * 1000,
        b"before" + built(),
        built() + b"after",
        built()[:-1],
        built()[: len(built()) // 2],
    ],
)
def test_garbage_gives_a_report_and_never_a_traceback(content: bytes) -> None:
    identity = str(pyrage.x25519.Identity.generate())
    found = verify_package(io.BytesIO(content), OURS.anchors, identity=identity)
    assert not found.ok
    assert found.checks


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(built())
    first = content.index(b"PK\x01\x02")
    content[first + 8] |= 1
    content[6] |= 1
    with pytest.raises(IntegrityError):
        open_package(io.BytesIO(bytes(content)))


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        b"<a/>",
        b"not xml",
        b"",
    ],
)
def test_a_hostile_manifest_is_refused(xml: bytes) -> None:
    with pytest.raises(IntegrityError):
        read_asic_manifest(xml)


@pytest.mark.parametrize("text", [b"", b"abc  x\n", b"0" * 64 + b" x\n", (b"0" * 64 + b"  x\n") * 2, b"\xff"])
def test_a_malformed_bag_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(IntegrityError):
        read_bag_manifest(text)


def test_a_part_that_is_not_its_digest_is_never_sealed() -> None:
    from rogatory.custody.package import streamed

    with pytest.raises(IntegrityError, match="not what its digest says"):
        build_package(io.BytesIO(), message(), [streamed(PATH, 3, "0" * 64, lambda: [b"abc"])], SEAL)
