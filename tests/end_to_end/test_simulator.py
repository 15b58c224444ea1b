"""The requested state as a program: it answers as it should, once, whatever happens to it."""

import hashlib
import io
import json
import signal
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from rogatory.adapters.officials import authority_card, found_authority, signer_for
from rogatory.adapters.package_check import DECLARED, open_verified, verify_package
from rogatory.adapters.package_key import package_identity, package_recipient
from rogatory.adapters.package_zip import build_package, encrypt_package
from rogatory.adapters.pades import PadesSigner
from rogatory.custody.dsse import open_envelope, verify_signature
from rogatory.custody.package import MESSAGE_TYPE, PackageMessage, Part, SentDocument, part
from rogatory.simulator import exchange_anchors, found

CASE = {
    "persons": [
        {"id": "p1", "role": "victim", "protected": True, "pseudonym": "V1", "name": "Real Name"},
        {"id": "p2", "role": "account-holder", "name": "Larkspur Trading"},
    ],
    "measures": [
        {"id": "m1", "type": "bank_records", "persons": ["p2"], "details": {"institution": "Norholm Handelsbank"}},
        {"id": "m2", "type": "statement_video", "persons": ["p1"], "details": {}},
        {"id": "m3", "type": "freezing", "persons": [], "details": {"max_amount": {"amount": "10", "currency": "EUR"}}},
    ],
}
NAMES = [
    "account-statement.csv", "account-opening.pdf", "beneficial-ownership.txt",
    "hearing-minutes.txt", "hearing-recording.wav", "freezing-order.txt",
]  # fmt: skip


class Street:
    """Two authorities and the folders between them."""

    def __init__(self, folder: Path) -> None:
        self.ours, self.theirs = folder / "xv", folder / "xn"
        self.outbox, self.inbox = folder / "outbox", folder / "inbox"
        for box in (self.outbox, self.inbox):
            box.mkdir()
        self.ours.mkdir()
        found_authority(self.ours, now=datetime.now(UTC), package_recipient=package_recipient(self.ours))
        found(self.theirs)
        exchange_anchors(self.ours, self.theirs)
        exchange_anchors(self.ours, self.theirs)  # may be repeated
        self.xn, self.xn_official = authority_card(self.theirs)

    def send(self, kind: str, *, sealer: str = "service", signed: bool = True, **said: object) -> str:
        transmission = str(uuid.uuid4())
        payload: list[Part] = []
        documents: tuple[SentDocument, ...] = ()
        if kind == "request":
            letter = letter_pdf()
            if signed:
                letter = PadesSigner(signer_for(self.ours, "signatory")).sign(
                    letter, "sig-central-authority", "Approved", datetime.now(UTC)
                )
            payload = [part("data/documents/01-letter_of_request.pdf", letter)]
            documents = (SentDocument(path=payload[0].path, sha256=payload[0].sha256, type="letter_of_request"),)
        plain: dict[str, object] = {
            "kind": kind,
            "sender": "XV",
            "to": "XN",
            "reference": "XV-2026-0001",
            "transmission": transmission,
            "at": datetime.now(UTC),
            "documents": documents,
        }
        built, sealed = io.BytesIO(), io.BytesIO()
        build_package(built, PackageMessage.model_validate(plain | said), payload, signer_for(self.ours, sealer))
        built.seek(0)
        encrypt_package(built, sealed, str(self.xn.package_recipient))
        self.drop(transmission, sealed.getvalue())
        return transmission

    def drop(self, transmission: str, content: bytes) -> None:
        part_file = self.outbox / f".{transmission}.part"
        part_file.write_bytes(content)
        part_file.replace(self.outbox / f"{transmission}.asice.age")

    def start(self, *options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "rogatory.simulator", "--home", str(self.theirs)]
        command += ["--in", str(self.outbox), "--out", str(self.inbox), *options]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *options: str) -> str:
        with self.start("--once", *options) as process:
            said = process.communicate(timeout=120)[0]
        assert process.returncode == 0, said
        return said

    def received(self) -> list[PackageMessage]:
        messages = []
        for path in sorted(self.inbox.glob("*.asice.age")):
            with open_verified(
                path, package_identity(self.ours), self.xn, seal_keys={self.xn_official.keyid}
            ) as opened:
                assert path.name == f"{opened.message.transmission}.asice.age"
                messages.append(opened.message)
        return sorted(messages, key=lambda message: message.at)


def letter_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        data = json.dumps({"request": CASE}).encode()
        pdf.attachments["case.json"] = pikepdf.AttachedFileSpec(
            pdf, data, description="", filename="case.json", mime_type="application/json", creation_date="", mod_date=""
        )
        pdf.save(out)
    return out.getvalue()


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return Street(tmp_path)


def test_a_request_is_acknowledged_questioned_and_after_the_reply_executed(street: Street) -> None:
    request = street.send("request")
    said = street.run()
    acknowledgement, question = street.received()
    assert (acknowledgement.kind, acknowledgement.in_reply_to) == ("acknowledgement", request)
    assert acknowledgement.foreign_reference == f"XN-CA-{datetime.now(UTC).year}-0001"
    assert question.kind == "question"
    assert question.text
    assert street.run().count("sent") == 0  # nothing new without a reply
    street.send("reply", in_reply_to=question.transmission, text="They are.")
    said += street.run()
    first, second = street.received()[2:]
    assert [item.name for item in (*first.items, *second.items)] == NAMES
    assert (first.complete, second.complete) == (False, True)
    assert {item.measure for item in first.items} == {"m1"}
    assert second.conditions
    for path in street.inbox.glob("*.asice.age"):
        with open_verified(path, package_identity(street.ours), street.xn) as opened:
            for item in opened.message.items:
                content = opened.read(item.path, 1 << 20)
                assert hashlib.sha256(content).hexdigest() == item.sha256
                assert b"Real Name" not in content
                if item.name == "hearing-minutes.txt":
                    assert b"V1" in content
                if item.name == "account-opening.pdf":
                    assert len(pikepdf.open(io.BytesIO(content)).pages) == 1
    assert "Real Name" not in said
    assert "Larkspur" not in said


@pytest.mark.slow
def test_killed_at_every_moment_it_answers_once(street: Street) -> None:
    street.send("request")
    replied, unfinished = False, 0
    for delay in (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        process = street.start("--pace", "0.05")
        assert process.stdout is not None
        assert "watching" in process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kinds = [message.kind for message in street.received()]
        unfinished += kinds.count("evidence") < 2
        if "question" in kinds and not replied:
            street.send("reply", text="They are.")
            replied = True
    street.run()
    kinds = [message.kind for message in street.received()]
    if not replied:
        street.send("reply", text="They are.")
        street.run()
        kinds = [message.kind for message in street.received()]
    assert kinds == ["acknowledgement", "question", "evidence", "evidence"], kinds
    assert unfinished >= 2


def test_what_the_receiver_put_away_is_not_sent_again(street: Street) -> None:
    street.send("request")
    street.run()
    done = street.inbox / "done"
    done.mkdir()
    for path in street.inbox.glob("*.asice.age"):
        path.replace(done / path.name)
    for state in (street.theirs / "cases").glob("*.json"):  # as if killed after sending and before noting it
        state.write_text(json.dumps(json.loads(state.read_text()) | {"sent": []}))
    street.run()
    assert street.received() == []


def test_a_message_that_does_not_verify_is_refused_in_writing(street: Street) -> None:
    by_clerk = street.send("request", sealer="prosecutor")  # a key of XV, and not the one registered
    unsigned = street.send("request", signed=False)
    junk = str(uuid.uuid4())
    street.drop(junk, b"age-encryption.org/v1\nnot really")
    good = street.send("request")
    content = bytearray((street.outbox / f"{good}.asice.age").read_bytes())
    content[len(content) // 2] ^= 1
    street.drop(good, bytes(content))
    renamed = str(uuid.uuid4())
    street.drop(renamed, (street.outbox / f"{by_clerk}.asice.age").read_bytes())
    street.run()
    assert street.received() == []
    for transmission in (by_clerk, unsigned, junk, good, renamed):
        text = (street.inbox / f"{transmission}.cannot-verify.json").read_text()
        opened = open_envelope(text, MESSAGE_TYPE)
        verify_signature(opened, street.xn_official.public_key)
        assert opened.payload["kind"] == "cannot-verify"
        assert opened.payload["transmission"] == transmission
        assert (street.theirs / "quarantine" / f"{transmission}.asice.age").exists()
    before = {path: path.stat().st_mtime_ns for path in street.inbox.iterdir()}
    street.run()
    assert before == {path: path.stat().st_mtime_ns for path in street.inbox.iterdir()}


def test_a_wrong_declaration_reaches_us_as_such(street: Street) -> None:
    street.send("request")
    street.send("reply", text="They are.")
    street.run("--corrupt", "2")
    evidence = [message for message in street.received() if message.kind == "evidence"]
    assert evidence
    path = street.inbox / f"{evidence[0].transmission}.asice.age"
    report = verify_package(path, street.xn, identity=package_identity(street.ours))
    failed = [check for check in report.checks if not check.ok]
    assert [check.name for check in failed] == [DECLARED]
    assert "02-account-opening.pdf" in failed[0].detail
    assert (report.intact, report.signed, report.trusted, report.complete) == (True, True, True, False)


def test_nothing_more_follows_a_withdrawal(street: Street) -> None:
    street.send("request")
    street.run()
    street.send("reply", text="They are.")
    street.send("withdrawal")
    street.run()
    assert [message.kind for message in street.received()] == ["acknowledgement", "question"]


def test_the_same_letter_sent_anew_is_acknowledged_anew_under_the_same_number(street: Street) -> None:
    street.send("request")
    street.run()
    street.send("request")
    street.run()
    acknowledgements = [m for m in street.received() if m.kind == "acknowledgement"]
    assert len(acknowledgements) == 2
    assert len({m.foreign_reference for m in acknowledgements}) == 1
    assert len([m for m in street.received() if m.kind == "question"]) == 1


def test_two_simulators_cannot_share_a_home(street: Street) -> None:
    first = street.start()
    try:
        assert first.stdout is not None
        assert "watching as XN" in first.stdout.readline()
        with street.start("--once") as second:
            said = second.communicate(timeout=30)[0]
        assert second.returncode == 6
        assert "Another simulator" in said
    finally:
        first.terminate()
        first.communicate(timeout=30)
    assert first.returncode == 0


def test_a_disk_by_courier_is_announced_after_its_list_went_by_wire(street: Street) -> None:
    street.send("request")
    street.run("--disk")
    street.send("reply", text="They are.")
    street.run("--disk")
    *_, last, announced = street.received()
    assert (last.kind, last.complete, announced.kind) == ("evidence", True, "announcement")
    (listed,) = [item for item in last.items if item.name == "disk-files.sha256"]
    assert announced.fields["list"] == f"sha256:{listed.sha256}"
    assert announced.fields["tracking"]
    assert announced.fields["seal"]
    assert street.run("--disk").count("sent") == 0
