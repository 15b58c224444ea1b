"""Scrub, orphans and status as they are typed, on a real case whose vault is on a disk or in an S3 store."""

import io
import itertools
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rogatory import intake
from rogatory.adapters import vault_form
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.vault_fs import open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.cli import main
from rogatory.intake import Intake
from schemas.commands import ReceiveEvidence
from schemas.documents import DocumentType
from schemas.identifiers import Role
from tests.contracts.s3_store import S3Server
from tests.contracts.vault_place import old_form, path_of
from tests.documents.bound_case import REFERENCE, BoundCase

Run = Callable[..., tuple[int, str, str]]
EXAMPLES = Path(__file__).parents[2] / "examples"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def told(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a case on a disk: request, sealed identities, a signed letter, evidence with its manifest."""
    home = tmp_path_factory.mktemp("told") / "home"
    shutil.copytree(founded, home)
    draft, annex = split_sealed(read_draft(EXAMPLES / "trafficking.yaml").draft())
    case = BoundCase(home, draft, annex)
    case.make(DocumentType.LETTER_OF_REQUEST)
    case.sign(case.register.documents(REFERENCE)[0].digest)
    files = [home / "one.bin", home / "two.bin"]
    for file in files:
        file.write_bytes(file.name.encode() * 1000)
    received = Intake(case.vault, case.register).files(
        REFERENCE, files, sender="custodian", declared=None, measure=None, description="", complete=True,
        holder="custodian", role=Role.CUSTODIAN, command_id="r1",
    )  # fmt: skip
    case.act(case.open("evidence-return"), received)
    return home


@pytest.fixture(params=["disk", "s3"])
def home(request: pytest.FixtureRequest, told: Path, tmp_path: Path) -> Path:
    """That home, its vault on the disk or carried into an S3 store."""
    copy = tmp_path / "home"
    shutil.copytree(told, copy)
    if request.param == "s3":
        s3: S3Server = request.getfixturevalue("s3")
        prefix, client = f"scrub{next(NUMBERS)}/", s3.client()
        for file in sorted((copy / "vault" / REFERENCE).rglob("*")):
            if file.is_file():
                key = prefix + str(file.relative_to(copy / "vault"))
                client.put_object(Bucket="evidence", Key=key, Body=file.read_bytes())
        shutil.rmtree(copy / "vault")
        configuration = json.loads((copy / "config.json").read_text())
        configuration["vault"] = s3.section("evidence", prefix=prefix)
        (copy / "config.json").write_text(json.dumps(configuration))
    return copy


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Run:
    for name in list(os.environ):
        if name.startswith(("TEMPORAL_", "ROGATORY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROGATORY_HOME", str(home))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


class Storeroom:
    """What whoever administers the store does behind the vault's back."""

    def __init__(self, home: Path, request: pytest.FixtureRequest) -> None:
        section = json.loads((home / "config.json").read_text()).get("vault")
        self._root, self._bucket = home / "vault", None
        if section:
            s3: S3Server = request.getfixturevalue("s3")
            self._client, self._bucket, self._prefix = s3.client(), section["bucket"], section["prefix"]

    def read(self, path: str) -> bytes:
        if self._bucket is None:
            return (self._root / path).read_bytes()
        content: bytes = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)["Body"].read()
        return content

    def write(self, path: str, content: bytes) -> None:
        if self._bucket is None:
            (self._root / path).parent.mkdir(parents=True, exist_ok=True)
            (self._root / path).unlink(missing_ok=True)
            (self._root / path).write_bytes(content)
        else:
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=content)

    def remove(self, path: str) -> None:
        if self._bucket is None:
            (self._root / path).unlink()
        else:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)


@pytest.fixture
def storeroom(home: Path, request: pytest.FixtureRequest) -> Storeroom:
    return Storeroom(home, request)


def item(home: Path, number: int = 0) -> tuple[str, str]:
    """An item's id and digest."""
    row = open_stores(home)[1].items(REFERENCE)[number]
    return row.item, row.digest


def test_what_was_stopped_on_its_way_in_is_listed_and_goes_on_with_the_same_call(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "WORTH_GOING_ON", 1 << 20)
    vault, register = open_vault(home), open_stores(home)[1]
    file, changed, done = home / "Zyx-Victim.E01", list[str](), 0
    file.write_bytes(random.Random(1).randbytes(9 << 20))

    def take_in(progress: intake.Progress) -> ReceiveEvidence:
        return Intake(vault, register).files(
            REFERENCE, [file], sender="custodian", declared=None, measure=None, description="", complete=False,
            holder="custodian", role=Role.CUSTODIAN, command_id="r2", progress=progress, changed=changed.append,
        )  # fmt: skip

    def stop(_name: str, more: int, _size: int) -> None:
        nonlocal done
        done += more
        if done > 6 << 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(stop)
    for command in ("scrub", "orphans"):
        code, out, _ = run("vault", command, "--json")
        (left,) = json.loads(out)["unfinished"]
        assert (code, left["reference"], left["size"] > 6 << 20) == (0, REFERENCE, True)
        code, out, _ = run("vault", command)
        assert (code, "Stopped on its way in: 6." in out, "Zyx" in out) == (0, True, False)
    command_given = take_in(lambda *_: None)
    assert (command_given.items[0].size, changed) == (9 << 20, [])
    assert vault.check(REFERENCE, command_given.items[0].digest)
    assert json.loads(run("vault", "orphans", "--json")[1])["unfinished"] == []
    done = 0
    with pytest.raises(KeyboardInterrupt):
        take_in(stop)
    with file.open("r+b") as source:
        source.write(b"another disk")
    other = take_in(lambda *_: None)
    assert changed == [file.name]
    assert other.items[0].digest != command_given.items[0].digest


def test_a_sound_vault_is_said_to_be_sound(run: Run, home: Path) -> None:
    for more in ((), ("--open",), (REFERENCE,)):
        code, out, err = run("vault", "scrub", "--json", *more)
        found = json.loads(out)
        assert (code, found["ok"], found["faults"], found["unchecked"]) == (0, True, [], []), err
        assert found["checked"] == 8  # request, identities, assessment, letter twice, manifest, two items
    code, out, _ = run("vault", "scrub")
    assert (code, "all sound, nothing is missing" in out) == (0, True)
    code, out, _ = run("vault", "status", "--json")
    told = json.loads(out)
    assert (code, told["cases"], told["stored"]) == (0, 1, found["checked"])
    assert told["object_lock"]["state"] == "not-promised"
    code, out, _ = run("vault", "scrub", "XV-2026-0009")
    assert code == 5


def test_threat_14_a_scrub_without_keys_names_the_item_that_was_changed(
    run: Run, home: Path, storeroom: Storeroom
) -> None:
    name, digest = item(home)
    path = path_of(REFERENCE, digest)
    sound = storeroom.read(path)
    storeroom.write(path, sound[:200] + bytes([sound[200] ^ 1]) + sound[201:])
    (home / "keys" / "vault.json").unlink()
    shutil.rmtree(home / "keys" / "cases")
    code, out, _ = run("vault", "scrub", "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (7, False)
    ((fault),) = found["faults"]
    assert (fault["what"], fault["problem"], fault["sha256"]) == (name, "damaged", digest[7:])
    code, out, _ = run("vault", "scrub")
    assert code == 7
    assert name in out
    storeroom.write(path, sound)
    assert run("vault", "scrub")[0] == 0


def test_threat_15_a_scrub_names_the_items_and_records_that_were_deleted(
    run: Run, home: Path, storeroom: Storeroom
) -> None:
    name, digest = item(home, 1)
    register = open_stores(home)[1]
    manifest, signed = register.items(REFERENCE)[0].manifest, register.documents(REFERENCE)[0].signed_digest
    assert signed
    for gone in (digest, manifest, signed):
        storeroom.remove(path_of(REFERENCE, gone))
    code, out, _ = run("vault", "scrub", "--json")
    lost = {fault["sha256"]: (fault["what"], fault["problem"]) for fault in json.loads(out)["faults"]}
    assert code == 7
    assert lost == {
        digest[7:]: (name, "lost"),
        manifest[7:]: ("manifest", "lost"),
        signed[7:]: ("signed_letter", "lost"),
    }


def test_threat_15_a_whole_case_deleted_is_noticed(run: Run, home: Path, storeroom: Storeroom) -> None:
    for holding in open_vault(home).holdings(REFERENCE):
        storeroom.remove(path_of(REFERENCE, holding.digest))
    code, out, _ = run("vault", "scrub", "--json")
    assert code == 7
    assert len(json.loads(out)["faults"]) == 7  # all but the identities, which the lost request named


def test_a_lost_key_is_a_loss_where_there_are_keys(run: Run, home: Path) -> None:
    VaultKeys(home / "keys").destroy(REFERENCE)
    code, out, _ = run("vault", "scrub", "--json")
    assert code == 7
    assert [fault["problem"] for fault in json.loads(out)["faults"]] == ["key-lost"]


def test_what_was_replaced_with_its_check_sum_is_found_by_opening(run: Run, home: Path, storeroom: Storeroom) -> None:
    name, digest = item(home)
    forged = io.BytesIO()
    content = open_vault(home).read(REFERENCE, digest)
    vault_form.seal(forged.write, REFERENCE, b"f" * 32, io.BytesIO(content))  # type: ignore[arg-type]
    storeroom.write(path_of(REFERENCE, digest), forged.getvalue())
    assert run("vault", "scrub")[0] == 0
    code, out, _ = run("vault", "scrub", "--open")
    assert code == 7
    assert name in out


def test_content_of_the_version_before_is_opened_or_said_to_be_unchecked(
    run: Run, home: Path, storeroom: Storeroom
) -> None:
    name, digest = item(home)
    vault = open_vault(home)
    key = VaultKeys(home / "keys").case_key(REFERENCE)
    old = old_form(vault.read(REFERENCE, digest), key)
    storeroom.write(path_of(REFERENCE, digest), old)
    code, out, _ = run("vault", "scrub", "--json")
    assert (code, json.loads(out)["unchecked"]) == (0, [])
    storeroom.write(path_of(REFERENCE, digest), old[:-1] + bytes([old[-1] ^ 1]))
    assert run("vault", "scrub")[0] == 7
    (home / "keys" / "vault.json").unlink()
    code, out, _ = run("vault", "scrub", "--json")
    assert (code, [each["what"] for each in json.loads(out)["unchecked"]]) == (0, [name])
    assert "1 could not be opened" in run("vault", "scrub")[2]


def test_orphans_are_listed_and_stay(run: Run, home: Path) -> None:
    nothing: dict[str, list[object]] = {"orphans": [], "unfinished": [], "unread": []}
    assert json.loads(run("vault", "orphans", "--json")[1]) == nothing
    assert "Everything in the vault is named" in run("vault", "orphans")[1]
    vault = open_vault(home)
    stray, _ = vault.keep(REFERENCE, io.BytesIO(b"never recorded"))
    unknown, _ = vault.keep("XV-2026-0077", io.BytesIO(b"of no case"))
    code, out, _ = run("vault", "orphans", "--json")
    found = json.loads(out)["orphans"]
    assert (code, {each["sha256"] for each in found}) == (0, {stray[7:], unknown[7:]})
    assert {each["reference"] for each in found} == {REFERENCE, "XV-2026-0077"}
    code, out, _ = run("vault", "orphans", REFERENCE)
    assert (stray[7:] in out, unknown[7:] in out) == (True, False)
    assert vault.has(REFERENCE, stray)
    assert run("vault", "scrub")[0] == 0  # sound, though nobody names it


def test_no_name_of_a_file_is_shown(run: Run, home: Path, storeroom: Storeroom) -> None:
    """Names of files may name persons."""
    storeroom.remove(path_of(REFERENCE, item(home)[1]))
    vault = open_vault(home)
    vault.keep(REFERENCE, io.BytesIO(b"never recorded"))
    for command in ("scrub", "orphans", "status"):
        _, out, err = run("vault", command)
        assert "one.bin" not in out + err


def test_the_doctor_tells_of_the_vault(run: Run, home: Path) -> None:
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json")[1])["checks"]}
    assert checks["Vault"]["ok"] is True
    assert "no object lock" in checks["Vault"]["detail"]
    configuration = json.loads((home / "config.json").read_text())
    if "vault" in configuration:
        configuration["vault"]["object_lock"] = "required"
        (home / "config.json").write_text(json.dumps(configuration))
        checks = {check["name"]: check for check in json.loads(run("doctor", "--json")[1])["checks"]}
        assert checks["Vault"]["ok"] is False
        assert "nothing is stored" in checks["Vault"]["fix"]
        code, out, _ = run("vault", "status")
        assert (code, "Nothing is stored until it holds" in out) == (7, True)
