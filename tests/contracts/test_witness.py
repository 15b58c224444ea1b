"""The other state cosigns our ledger's head at each hand-over, and refuses one that contradicts what it has seen."""

import base64
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.database import open_database
from rogatory.adapters.heads import LedgerHeads, open_heads
from rogatory.adapters.note_keys import FileNoteSigner
from rogatory.adapters.witness import Witness, open_witness
from rogatory.custody.note import LOG, WITNESS, NoteKey, read_checkpoint, read_key, sign_checkpoint
from rogatory.custody.proofs import Proofs, judge_proofs, write_proofs
from rogatory.custody.tree import EMPTY
from rogatory.errors import IntegrityError, RefusedError
from rogatory.verification import verify_path
from schemas.custody import CaseRecord, TrustAnchors
from tests.properties.ledger_steps import Bench, template

NOTHING = write_proofs(Proofs(()))


class Pair:
    """Our ledger, and the other state as its witness."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder)
        shutil.copytree(template() / "xn", folder / "xn")
        self.theirs = FileAnchors(folder / "xn").own()
        self.ours = self.bench.ledger.anchors
        witness = open_witness(folder / "xn", open_database(folder / "xn" / "ledger.sqlite"))
        heads = self.bench.ledger.heads
        assert witness is not None
        assert heads is not None
        self.witness: Witness = witness
        self.heads: LedgerHeads = heads

    @property
    def key(self) -> NoteKey:
        return read_key(str(self.theirs.witness_key), WITNESS)

    def record(self) -> CaseRecord:
        return self.bench.ledger.record(self.bench.reference, self.key.name)

    def cosign(self) -> str:
        record = self.record()
        cosigned = self.witness.consider(str(record.checkpoint), str(record.proofs), str(self.ours.log_key))
        self.heads.take_cosigned(cosigned, self.key)
        return cosigned

    def refusal(self, note: str, proofs: str = NOTHING) -> str:
        with pytest.raises(RefusedError) as refused:
            self.witness.consider(note, proofs, str(self.ours.log_key))
        assert self.witness.alarms()[-1].kind == refused.value.kind
        assert self.witness.alarms()[-1].note == note
        return refused.value.kind

    def exported(self, folder: Path) -> Path:
        record = self.bench.ledger.record(self.bench.reference)
        folder.mkdir()
        (folder / "ledger.jsonl").write_text("".join(f"{line}\n" for line in record.lines))
        (folder / "head.json").write_text(record.head + "\n")
        (folder / "checkpoint.txt").write_text(str(record.checkpoint))
        (folder / "proofs.json").write_text(str(record.proofs) + "\n")
        return folder / "ledger.jsonl"


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    made = Pair(tmp_path)
    made.bench.submit()
    return made


def test_heads_are_cosigned_one_after_the_other_and_prove_completeness(pair: Pair, tmp_path: Path) -> None:
    first = pair.cosign()
    assert pair.cosign() == first  # nothing new
    pair.bench.fact("assessed-1", "assessed", assessment="x")
    second = read_checkpoint(pair.cosign())
    assert second.size == read_checkpoint(first).size + 1
    pair.bench.fact("closed", "request-closed", result="not-transmitted")
    path = pair.exported(tmp_path / "before")
    report = verify_path(path, [pair.ours, pair.theirs])
    assert report.ok
    assert not report.cosigned
    assert str(report.completeness).startswith(
        "completeness not proven for the last 1 lines: they follow the head that"
    )
    pair.cosign()
    report = verify_path(pair.exported(tmp_path / "after"), [pair.ours, pair.theirs])
    assert report.ok
    assert report.cosigned
    assert str(report.completeness).startswith(f"cosigned by {pair.key.name} on ")
    alone = verify_path(tmp_path / "after" / "ledger.jsonl", pair.ours)
    assert alone.ok
    assert not alone.cosigned  # who does not know the witness has nobody's word but the service's
    assert str(alone.completeness).startswith("completeness not proven: no witness is known here")
    assert not pair.witness.alarms()


def test_without_a_checkpoint_completeness_is_plainly_not_proven(pair: Pair, tmp_path: Path) -> None:
    pair.bench.fact("closed", "request-closed", result="not-transmitted")
    path = pair.exported(tmp_path / "bare")
    (path.parent / "checkpoint.txt").unlink()
    report = verify_path(path, [pair.ours, pair.theirs])
    assert report.ok
    assert str(report.completeness).startswith("completeness not proven")


def test_a_record_whose_head_is_of_another_moment_is_not_complete(pair: Pair, tmp_path: Path) -> None:
    old = pair.bench.ledger.record(pair.bench.reference)
    pair.bench.fact("closed", "request-closed", result="not-transmitted")
    pair.cosign()
    path = pair.exported(tmp_path / "mixed")
    (path.parent / "head.json").write_text(old.head + "\n")
    report = verify_path(path, [pair.ours, pair.theirs])
    assert not report.complete
    assert not report.cosigned


def test_threat_09_a_stolen_log_key_cannot_fork_what_was_cosigned(pair: Pair) -> None:
    pair.cosign()
    signer = FileNoteSigner(pair.bench.home, LOG)
    size = read_checkpoint(str(pair.record().checkpoint)).size
    forked = sign_checkpoint(size + 3, b"\x07" * 32, signer)
    assert pair.refusal(forked) == "NotShown"
    honest = pair.record()
    pair.bench.fact("assessed-1", "assessed", assessment="x")
    shown = pair.record()
    other = sign_checkpoint(size + 1, b"\x08" * 32, signer)
    assert pair.refusal(other, str(shown.proofs)) == "Inconsistent"
    pair.witness.consider(str(shown.checkpoint), str(shown.proofs), str(pair.ours.log_key))
    assert honest.checkpoint != shown.checkpoint


def test_threat_09_a_log_that_is_not_the_senders_is_not_cosigned(pair: Pair) -> None:
    stranger = FileNoteSigner(template() / "xn", LOG)
    with pytest.raises(IntegrityError):
        pair.witness.consider(sign_checkpoint(3, EMPTY, stranger), NOTHING, str(pair.ours.log_key))
    for wrong in ("", "x", str(pair.record().checkpoint)[:-9]):
        with pytest.raises(IntegrityError):
            pair.witness.consider(wrong, NOTHING, str(pair.ours.log_key))
    assert pair.witness.newest(pair.heads.origin) is None


def test_threat_12_a_rollback_is_refused_and_comes_back_as_a_contradiction(pair: Pair, tmp_path: Path) -> None:
    pair.bench.engine.dispose()
    shutil.copyfile(pair.bench.home / "ledger.sqlite", tmp_path / "yesterday")
    pair.bench.fact("assessed-1", "assessed", assessment="x")
    pair.bench.fact("assessed-2", "assessed", assessment="y")
    cosigned = pair.cosign()
    pair.bench.engine.dispose()
    for ending in ("-wal", "-shm"):
        (pair.bench.home / f"ledger.sqlite{ending}").unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "yesterday", pair.bench.home / "ledger.sqlite")
    shutil.rmtree(pair.bench.home / "heads")  # whoever put it back thought of this too
    rolled = Bench.__new__(Bench)
    rolled.__dict__.update(pair.bench.__dict__)
    rolled.engine = open_database(pair.bench.home / "ledger.sqlite")
    heads = open_heads(pair.bench.home, rolled.engine)
    assert heads is not None
    heads.check_continues()  # nothing here knows any more ...
    assert pair.refusal(heads.issue()) == "Older"
    with pytest.raises(IntegrityError, match="does not continue"):
        heads.take_cosigned(str(pair.witness.newest(heads.origin)), pair.key)  # ... but the witness does
    assert pair.witness.newest(heads.origin) == cosigned
    assert heads.faults()  # and from then on it is known here


def test_threat_13_a_split_view_is_seen_when_two_heads_of_one_size_meet(pair: Pair) -> None:
    pair.cosign()
    size = read_checkpoint(str(pair.record().checkpoint)).size
    other = sign_checkpoint(size, b"\x09" * 32, FileNoteSigner(pair.bench.home, LOG))
    assert pair.refusal(other) == "SplitView"
    assert pair.witness.alarms()[-1].size == size


def test_a_head_is_ours_only_with_our_signature_and_their_cosignature(pair: Pair) -> None:
    cosigned = pair.cosign()
    plain = str(pair.bench.ledger.record(pair.bench.reference).checkpoint)
    assert plain == cosigned
    bare = cosigned[: cosigned.index(f"— {pair.key.name}")]
    with pytest.raises(IntegrityError, match="did not cosign"):
        pair.heads.take_cosigned(bare, pair.key)
    line = cosigned.splitlines()[-1]
    raw = bytearray(base64.b64decode(line.rsplit(" ", 1)[1]))
    for place in range(4, len(raw)):  # time and signature
        spoilt = bytearray(raw)
        spoilt[place] ^= 1
        forged = cosigned.replace(line, line.rsplit(" ", 1)[0] + " " + base64.b64encode(bytes(spoilt)).decode())
        with pytest.raises(IntegrityError):
            pair.heads.take_cosigned(forged, pair.key)


def test_the_ledgers_own_authority_is_no_witness_to_itself(pair: Pair) -> None:
    own = FileNoteSigner(pair.bench.home, WITNESS)
    witness = Witness(pair.bench.engine, own, lambda: datetime.now(UTC))
    record = pair.record()
    cosigned = witness.consider(str(record.checkpoint), str(record.proofs), str(pair.ours.log_key))
    anchors: list[TrustAnchors] = [pair.ours, pair.theirs]
    found = judge_proofs(record.lines, cosigned, str(record.proofs), pair.ours, anchors)
    assert (found.intact, found.signed, found.cosigned) == (True, True, False)
