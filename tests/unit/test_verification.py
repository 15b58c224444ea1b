"""Verifying what was exported, by content and offline: every answer apart, never a traceback."""

import io
import random
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.evidence_package import export_case
from rogatory.adapters.officials import signer_for
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.vault_fs import open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.custody.package import LEDGER, MESSAGE
from rogatory.errors import NotFoundError, UsageError
from rogatory.ports import EvidenceVault
from rogatory.verification import load_anchors, verify_path
from schemas.custody import TrustAnchors, VerificationReport
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.identifiers import Role
from tests.properties.ledger_steps import START, Bench
from tests.unit.paper_authority import PaperAuthority
from tests.unit.test_package import rewritten

EVIDENCE = b"date,amount\n2026-01-02,100.00\n"


def page(words: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = words
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def hexed(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


class Exported:
    """A case of one letter, one report and one item of evidence, and its export."""

    def __init__(self, folder: Path, *, closed: bool = True) -> None:
        bench = Bench(folder)
        self.home, self.bench = bench.home, bench
        VaultKeys.create(self.home / "keys")
        self.vault: EvidenceVault = open_vault(self.home)
        self.report, self.letter = page("report"), page("letter")
        self.signed = PadesSigner(signer_for(self.home, "signatory")).sign(self.letter, "sig", "Approved", START)
        bench.submit()
        self.document("checklist_report", self.report)
        self.document("letter_of_request", self.letter)
        review = bench.open_review(letter=hexed(self.letter))
        for official in ("reviewer-1", "reviewer-2", "signatory"):
            signed = hexed(self.keep(self.signed)) if official == "signatory" else None
            bench.act(review, bench.decision(official, letter=hexed(self.letter), signed_letter=signed))
        bench.fact("closed-review", "task-closed", task=review, outcome="approved")
        if closed:
            bench.fact("closed", "request-closed", result="not-transmitted")
        self.folder = folder / "export"
        self.folder.mkdir()
        (self.folder / "01-checklist-report.pdf").write_bytes(self.report)
        (self.folder / "02-letter-of-request.pdf").write_bytes(self.signed)
        self.lines = list(bench.ledger.lines(bench.reference))
        self.write_ledger(self.lines)
        (self.folder / "head.json").write_text(bench.ledger.head(bench.reference) + "\n")
        self.anchors = FileAnchors(self.home).own()

    def keep(self, content: bytes) -> bytes:
        self.vault.keep(self.bench.reference, io.BytesIO(content))
        return content

    def document(self, kind: str, content: bytes) -> None:
        self.keep(content)
        about: dict[str, JsonValue] = {"type": kind, "language": "en", "digest": hexed(content)}
        self.bench.fact(kind, "document-made", **about | {"pages": 1, "size": len(content), "version": 1})

    def write_ledger(self, lines: list[str]) -> None:
        (self.folder / "ledger.jsonl").write_text("".join(f"{line}\n" for line in lines))

    def verified(self, path: Path | None = None, anchors: TrustAnchors | None = None) -> VerificationReport:
        return verify_path(path or self.folder, anchors or self.anchors)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return Exported(tmp_path_factory.mktemp("case"))


@pytest.fixture
def exported(made: Exported, tmp_path: Path) -> Exported:
    """The export, fresh: each test may spoil it."""
    copy = object.__new__(Exported)
    copy.__dict__.update(made.__dict__)
    copy.folder = tmp_path / "export"
    shutil.copytree(made.folder, copy.folder)
    return copy


def failed(report: VerificationReport) -> list[str]:
    return [f"{check.name}: {check.detail}" for check in report.checks if not check.ok]


def test_an_export_as_it_was_made_verifies(exported: Exported) -> None:
    report = exported.verified()
    assert report.ok, failed(report)
    assert report.demo
    assert report.kind == "folder"
    for name, kind in (("ledger.jsonl", "ledger"), ("02-letter-of-request.pdf", "pdf")):
        one = exported.verified(exported.folder / name)
        assert one.ok, failed(one)
        assert one.kind == kind


def test_it_is_told_by_content_and_not_by_name(exported: Exported) -> None:
    renamed = exported.folder / "holiday.jpg"
    renamed.write_bytes(exported.signed)
    assert exported.verified(renamed).kind == "pdf"
    assert exported.verified(renamed).ok


def test_without_the_right_anchors_nothing_is_trusted(exported: Exported) -> None:
    nobody: list[TrustAnchors] = []
    for anchors in ([PaperAuthority("Elsewhere").anchors], nobody):
        report = verify_path(exported.folder, anchors)
        assert (report.intact, report.trusted, report.ok) == (True, False, False), failed(report)
        assert not verify_path(exported.folder / "02-letter-of-request.pdf", anchors).trusted
    both = verify_path(exported.folder, [PaperAuthority("Elsewhere").anchors, exported.anchors])
    assert both.ok, failed(both)


def spoil(name: str) -> Callable[[Path], None]:
    def flip(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(bytes(content))

    return flip


def cut_tail(folder: Path) -> None:
    lines = (folder / "ledger.jsonl").read_text().splitlines(keepends=True)
    (folder / "ledger.jsonl").write_text("".join(lines[:-1]))


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def with_unsigned_letter(folder: Path) -> None:
    signed = folder / "02-letter-of-request.pdf"
    signed.write_bytes(signed.read_bytes()[: signed.read_bytes().index(b"%%EOF") + 6])


def with_a_stranger(folder: Path) -> None:
    (folder / "03-planted.pdf").write_bytes(page("planted"))


def with_a_strangers_signature(folder: Path) -> None:
    clerk = PaperAuthority("Elsewhere").signer("A clerk")
    (folder / "03-planted.pdf").write_bytes(PadesSigner(clerk).sign(page("planted"), "sig", "x", START))


@pytest.mark.parametrize(
    ("change", "noes"),
    [
        (spoil("01-checklist-report.pdf"), {"intact", "complete"}),
        (spoil("02-letter-of-request.pdf"), {"intact", "complete"}),
        (spoil("ledger.jsonl"), {"intact"}),
        (spoil("head.json"), {"complete"}),
        (cut_tail, {"complete"}),
        (without("head.json"), {"complete"}),
        (without("ledger.jsonl"), {"complete"}),
        (without("01-checklist-report.pdf"), {"complete"}),
        (without("02-letter-of-request.pdf"), {"complete"}),
        (with_unsigned_letter, {"complete"}),
        (with_a_stranger, {"intact", "signed", "complete"}),
        (with_a_strangers_signature, {"trusted", "complete"}),
    ],
)
def test_a_spoilt_export_says_what_is_wrong(exported: Exported, change: Callable[[Path], None], noes: set[str]) -> None:
    change(exported.folder)
    report = exported.verified()
    said = {answer for answer in ("intact", "signed", "trusted", "complete") if not getattr(report, answer)}
    assert noes <= said, (said, failed(report))
    assert failed(report)


def test_a_flipped_bit_anywhere_in_the_ledger_is_reported_and_never_raised(exported: Exported) -> None:
    ledger, dice = exported.folder / "ledger.jsonl", random.Random(7)
    sound = ledger.read_bytes()
    for _ in range(40):
        flipped = bytearray(sound)
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
        ledger.write_bytes(bytes(flipped))
        assert not exported.verified().ok
    for cut in range(0, len(sound) - 1, len(sound) // 15):  # without its last line break the ledger is still whole
        ledger.write_bytes(sound[:cut])
        assert not exported.verified().ok
        ledger.write_bytes(sound[cut + 1 :])
        assert not exported.verified().ok


def test_a_letter_signed_by_another_than_the_one_who_decided_is_noticed(tmp_path: Path) -> None:
    class Usurped(Exported):
        def keep(self, content: bytes) -> bytes:
            if content.startswith(self.__dict__.get("letter", b"\0")) and content != self.letter:
                self.signed = PadesSigner(signer_for(self.home, "prosecutor")).sign(self.letter, "sig", "x", START)
                content = self.signed
            return super().keep(content)

    report = Usurped(tmp_path).verified()
    assert not report.signed
    assert any("not by the signatory who decided" in one for one in failed(report))


def test_links_are_not_followed_out_of_the_folder(exported: Exported, tmp_path: Path) -> None:
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(page("outside"))
    (exported.folder / "link.pdf").symlink_to(outside)
    (exported.folder / "loop").symlink_to(exported.folder)
    assert exported.verified().ok


@pytest.mark.parametrize("seed", range(12))
def test_hostile_bytes_give_a_report(tmp_path: Path, seed: int, made: Exported) -> None:
    dice = random.Random(seed)
    starts = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"age-encryption.org/v1\n", b'{"payload":', b"\0" * 10]
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, name in enumerate(("ledger.jsonl", "head.json", "a.pdf", "a.asice", "b.asice.age", "c\udcff.pdf")):
        (folder / name).write_bytes(starts[(seed + number) % len(starts)] + dice.randbytes(300))
    for path in [*folder.iterdir(), folder]:
        report = verify_path(path, made.anchors)
        assert not report.ok
        assert report.checks
        assert report.model_dump_json().encode()


def test_what_cannot_be_verified_says_so(tmp_path: Path, made: Exported) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in (empty, tmp_path / "missing", tmp_path):
        report = verify_path(path, made.anchors)
        assert (report.intact, report.signed, report.trusted, report.complete) == (False,) * 4


def test_anchors_are_loaded_from_a_file_or_a_home(made: Exported, tmp_path: Path) -> None:
    assert load_anchors(made.home) == made.anchors
    assert load_anchors(made.home / "anchors" / "own.json") == made.anchors
    with pytest.raises(NotFoundError):
        load_anchors(tmp_path / "none.json")
    for content, says in ((b"junk", "not JSON"), (b"{}", "authority"), (b"[" * 100_000, "not JSON")):
        (tmp_path / "bad.json").write_bytes(content)
        with pytest.raises(UsageError, match=says):
            load_anchors(tmp_path / "bad.json")


# the evidence package


@pytest.fixture(scope="module")
def with_items(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A case that came to its end, its one signed letter and its evidence in the vault."""
    made = Exported(tmp_path_factory.mktemp("evidence"), closed=False)
    bench, reference = made.bench, made.bench.reference
    task = bench.open("evidence-return", "custodian", "prosecutor", letter=hexed(made.signed))
    made.keep(EVIDENCE)
    item = bench.items()[0].model_copy(
        update={"digest": hexed(EVIDENCE), "declared": hexed(EVIDENCE), "size": len(EVIDENCE)}
    )
    manifest = DeliveryManifest(
        reference=reference,
        sender="xn-authority",
        received_at=START,
        conditions=("Only in these proceedings.",),
        items=(
            ManifestItem(
                item=item.item, name="../../relevé\u202e.csv", size=item.size, digest=item.digest, measure="m1"
            ),
        ),
    )
    content = manifest.model_dump_json().encode()
    made.keep(content)
    bench.act(
        task,
        bench.delivery(items=(item,), manifest=hexed(content), by="custodian", role=Role.CUSTODIAN, holder="custodian"),
    )
    return made


def export(made: Exported, folder: Path) -> Path:
    return export_case(
        made.home,
        made.bench.reference,
        folder,
        ledger=made.bench.ledger,
        register=made.bench.register,
        vault=made.vault,
    )


def test_an_evidence_package_verifies_offline_while_its_case_is_open(with_items: Exported, tmp_path: Path) -> None:
    path = export(with_items, tmp_path)
    assert path == tmp_path / "XV-2026-0001.asice"
    report = verify_path(path, with_items.anchors)
    assert report.ok, failed(report)
    assert (report.kind, report.demo) == ("package", True)
    assert any("signature sig: trusted" in check.name for check in report.checks)
    from rogatory.adapters.package_zip import open_package

    with open_package(path) as opened:
        (item,) = opened.message.items
        assert item.name == "../../relevé\u202e.csv"
        assert item.path == "data/evidence/01-relevé_.csv"
        assert opened.read(item.path, 1000) == EVIDENCE
        assert opened.message.conditions == ("Only in these proceedings.",)
        assert {LEDGER, MESSAGE, "data/manifests/01.json"} <= set(opened.paths)
    assert list(tmp_path.iterdir()) == [path]


def test_a_cut_or_foreign_ledger_in_a_package_is_noticed(with_items: Exported, tmp_path: Path) -> None:
    content = export(with_items, tmp_path).read_bytes()

    def cut(files: dict[str, bytes]) -> None:
        files[LEDGER] = b"".join(files[LEDGER].splitlines(keepends=True)[:-1])

    (tmp_path / "cut.asice").write_bytes(rewritten(cut, content))
    report = verify_path(tmp_path / "cut.asice", with_items.anchors)
    assert not report.intact
    assert not report.complete


def test_damage_in_the_vault_stops_the_export_and_leaves_nothing(with_items: Exported, tmp_path: Path) -> None:
    from rogatory.errors import IntegrityError

    digest = sha256(EVIDENCE).hexdigest()
    (path,) = with_items.home.rglob(digest)
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    try:
        with pytest.raises(IntegrityError, match="damaged"):
            export(with_items, tmp_path)
        assert list(tmp_path.iterdir()) == []
    finally:
        path.write_bytes(sound)
