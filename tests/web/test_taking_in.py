"""Evidence sent to the inbox by a plain form, or in parts: what is refused, what is kept, what is signed."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest

from rogatory.adapters.keys import put_pin
from rogatory.adapters.upload_settings import read_upload_settings
from rogatory.desk import Desk
from rogatory.errors import UsageError
from rogatory.intake import Stored
from rogatory.profile import Profile
from rogatory.web.app import make_app
from rogatory.web.streamed_form import StreamedForm
from rogatory.web.taken import file_name, opened, sealed
from schemas.evidence import DeliveryManifest
from tests.cli.filed_case import REFERENCE, SEALED_NAME, FiledCase
from tests.web.conftest import CODE, Served, signed_in
from tests.workflows.steps import brought_to

EVIDENCE = f"/cases/{REFERENCE}/evidence"
MARK = b"neither a ledger nor a temporary file holds this in clear. "
FORM = "multipart/form-data; boundary=x"
PIN = "246 810"
MOST_MORE = 96 << 20
"""Bytes by which a server may grow while 300 MB pass through it."""


def body(*parts: tuple[str, str | None, bytes], end: bool = True) -> bytes:
    """A multipart form of (name, name of the file, content)."""
    made = b""
    for name, given, content in parts:
        named = f'; filename="{given}"' if given is not None else ""
        head = f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        made += head.encode() + content + b"\r\n"
    return made + b"--x--\r\n" if end else made[:-40]


@pytest.fixture
def open_home(home: Path) -> Path:
    """One case whose evidence is awaited."""
    case = FiledCase(home)
    opening = {"task": f"{REFERENCE}.evidence-return-1", "stage": "evidence-return", "round": 1, "roles": ["custodian"]}
    case.fact("opened-1", "task-opened", **opening, due=datetime.now(UTC).isoformat(), source="test")
    return home


def browser(home: Path) -> httpx.AsyncClient:
    app = make_app(Profile(home=home), CODE)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def posted(client: httpx.AsyncClient, content: bytes, **headers: str) -> httpx.Response:
    return await client.post(EVIDENCE, content=content, headers={"content-type": FORM, **headers})


@pytest.mark.parametrize("step", [1, 7, 64, 100_000])
def test_a_form_is_read_in_chunks_of_any_size(step: int) -> None:
    whole = body(("token", None, b"t"), ("files", "a.txt", b"one\r\n--xy two"), ("files", "b", b""), ("z", None, b"1"))
    chunks = iter([whole[at : at + step] for at in range(0, len(whole), step)])
    found = [
        (part.name, part.file_name, b"".join(iter(partial(part.content.read, 3), b"")))
        for part in StreamedForm(FORM, lambda: next(chunks, b""))
    ]
    assert found == [
        ("token", None, b"t"),
        ("files", "a.txt", b"one\r\n--xy two"),
        ("files", "b", b""),
        ("z", None, b"1"),
    ]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (FORM, body(("files", "a", b"1" * 99), end=False)),
        (FORM, b"no form"),
        (FORM, b""),
        (FORM, body(("files", "a" * 9000, b"1"))),
        (FORM, body(("token", None, b"1" * 5000))),
        (FORM, body(("files", "a", b"1")).replace(b'"a"', b'"\xff"')),
        ("text/plain", b"1"),
        ("multipart/form-data", b"1"),
    ],
)
def test_what_is_no_whole_form_is_refused(kind: str, content: bytes) -> None:
    chunks = iter([content])
    with pytest.raises(UsageError):
        [part.text() for part in StreamedForm(kind, lambda: next(chunks, b""))]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("statement.csv", "statement.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\evidence\\disk 1.E01", "disk 1.E01"),
        ("كشف الحساب.pdf", "كشف الحساب.pdf"),
    ],
)
def test_a_name_loses_its_folders(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize("given", ["", "..", "a/", "a\x00b", "a\nb", "exe\u202egpj.pdf", "a\u2066b", "a" * 256])
def test_a_name_that_deceives_is_refused(given: str) -> None:
    with pytest.raises(UsageError) as refused:
        file_name(given)
    assert not given.strip(". /") or given not in str(refused.value)


def test_what_waits_for_a_signature_is_bound_to_session_and_case() -> None:
    file, key = Stored("a", f"sha256:{'1' * 64}", 3), b"k" * 32
    word = sealed(file, key, "1", REFERENCE)
    assert opened({"file-0": word}, 5, key, "1", REFERENCE) == [file]
    forged = word[:4] + ("A" if word[4] != "A" else "B") + word[5:]
    for form, session, case in (
        ({"file-0": word}, "2", REFERENCE),
        ({"file-0": word}, "1", "XV-2026-0002"),
        ({"file-0": forged}, "1", REFERENCE),
        ({"file-0": "none"}, "1", REFERENCE),
        ({}, "1", REFERENCE),
        ({"file-0": word, "file-1": word}, "1", REFERENCE),
    ):
        with pytest.raises(UsageError):
            opened(form, 5, key, session, case)


async def test_a_form_is_taken_in_and_its_digest_shown(open_home: Path) -> None:
    async with browser(open_home) as client:
        token = await signed_in(client, "custodian")
        assert EVIDENCE in (await client.get(f"/cases/{REFERENCE}")).text
        form = await client.get(EVIDENCE)
        assert "script-src 'self'" in form.headers["content-security-policy"]
        assert "script-src" not in (await client.get("/")).headers["content-security-policy"]
        content = MARK * 40_000
        files = (("files", f"{SEALED_NAME}.txt", content), ("files", "b.txt", b""))
        answer = await posted(client, body(("token", None, token.encode()), *files))
        assert answer.status_code == 200, answer.text
        for each in (content, b""):
            assert hashlib.sha256(each).hexdigest() in re.sub(r"\s|&#160;|\u202f", "", answer.text)
    for path in open_home.rglob("*"):
        if path.is_file():
            assert MARK not in path.read_bytes(), path
            assert SEALED_NAME not in path.name
            assert SEALED_NAME.encode() not in path.read_bytes(), path
    assert Desk(Profile(home=open_home)).register.items(REFERENCE) == []


async def test_who_may_not_sends_nothing(open_home: Path) -> None:
    vault = Desk(Profile(home=open_home)).vault
    before = set(vault.digests(REFERENCE))
    async with browser(open_home) as client:
        for official in ("reviewer-1", "prosecutor", "auditor"):
            token = await signed_in(client, official)
            assert 'type="file"' not in (await client.get(EVIDENCE)).text
            answer = await posted(client, body(("token", None, token.encode()), ("files", "a", b"1")))
            assert answer.status_code == 403, official
            begun = await client.post(f"{EVIDENCE}/parts", data={"token": token, "name": "a", "size": "1"})
            assert begun.status_code == 422
            assert "may not" in begun.json()["said"]
        token = await signed_in(client, "custodian")
        whole = body(("token", None, token.encode()), ("files", "a", b"1"))
        assert (await posted(client, whole, origin="https://elsewhere.example")).status_code == 403
        assert (await posted(client, body(("files", "a", b"1")))).status_code == 403, "no token"
        late = body(("files", "a", b"1"), ("token", None, token.encode()))
        assert (await posted(client, late)).status_code == 403, "a token after the file"
    assert set(vault.digests(REFERENCE)) == before


async def test_too_much_is_refused_before_it_comes(open_home: Path) -> None:
    config = open_home / "config.json"
    config.write_text(config.read_text().rstrip().removesuffix("}") + ', "uploads": {"largest": 100000, "files": 2}}')
    async with browser(open_home) as client:
        token = (await signed_in(client, "custodian")).encode()
        for files, said in (
            ([("files", "a", b"1" * 200_000)], "more than 100,000 bytes"),
            ([("files", name, b"1") for name in "abc"], "More than 2 files"),
            ([("files", "a", b"1"), ("files", "x/a", b"2")], "the same name"),
            ([("files", "", b"")], "No file was sent"),
        ):
            answer = await posted(client, body(("token", None, token), *files))
            assert (answer.status_code, said in answer.text) == (422, True), answer.text
        begun = await client.post(f"{EVIDENCE}/parts", data={"token": token, "name": "a", "size": "100001"})
        assert begun.status_code == 422


@pytest.mark.parametrize("section", ['{"files": 0}', '{"largest": "9"}', '{"more": 1}', "[]"])
def test_limits_that_are_none_are_named(tmp_path: Path, section: str) -> None:
    (tmp_path / "config.json").write_text(f'{{"uploads": {section}}}')
    with pytest.raises(UsageError, match="uploads"):
        read_upload_settings(tmp_path)


async def test_a_form_cut_half_way_is_listed_and_not_content(open_home: Path) -> None:
    vault = Desk(Profile(home=open_home)).vault
    before = set(vault.digests(REFERENCE))
    async with browser(open_home) as client:
        token = (await signed_in(client, "custodian")).encode()
        cut = body(("token", None, token), ("files", "a", MARK * 100_000), end=False)
        answer = await posted(client, cut)
    assert answer.status_code == 422
    (left,) = vault.unfinished()
    assert left.size > 1 << 20
    assert set(vault.digests(REFERENCE)) == before


async def test_parts_go_on_where_they_stopped(open_home: Path) -> None:
    content = os.urandom(3 << 20) * 6
    async with browser(open_home) as client:
        token = await signed_in(client, "custodian")
        named = {"token": token, "name": "disk.E01", "size": str(len(content)), "modified": "1"}

        async def put(part: int, what: bytes, said: str = token) -> int:
            path = f"{EVIDENCE}/parts/{begun['id']}/{part}"
            return (await client.put(path, content=what, headers={"x-form-token": said})).status_code

        begun = (await client.post(f"{EVIDENCE}/parts", data=named)).json()
        size = begun["part_size"]
        assert begun["missing"] == [0, 1, 2]
        assert await put(1, content[size : 2 * size]) == 204
        assert await put(0, content[:size], "stolen") == 422
        assert await put(0, content[: size - 1]) == 422
        assert await put(0, content[: size + 1]) == 422
        assert await put(1, bytes(size)) == 422, "other bytes of a part that came"
        assert (await client.post(f"{EVIDENCE}/parts/{begun['id']}/finish", data=named)).status_code == 422
        token = named["token"] = await signed_in(client, "custodian")  # another day, another session
        begun = (await client.post(f"{EVIDENCE}/parts", data=named)).json()
        assert begun["missing"] == [0, 2]
        assert await put(0, content[:size], token) == 204
        assert await put(2, content[2 * size :], token) == 204
        word = (await client.post(f"{EVIDENCE}/parts/{begun['id']}/finish", data=named)).json()["file"]
        answer = await client.post(f"{EVIDENCE}/confirm", data={"token": token, "command_id": "c", "file-0": word})
    assert hashlib.sha256(content).hexdigest() in re.sub(r"\s", "", answer.text)
    assert list(Desk(Profile(home=open_home)).vault.unfinished()) == []


@pytest.mark.slow
async def test_what_was_shown_is_signed_as_by_the_command_line(served: Served) -> None:
    house = served.house
    put_pin(house.profile.home / "officials" / "custodian.key", PIN)
    reference = await brought_to(house, "evidence-return")
    path = f"/cases/{reference}/evidence"
    async with httpx.AsyncClient(base_url=served.address, timeout=60) as client:
        token = await signed_in(client, "custodian")
        sent = body(("token", None, token.encode()), ("files", "statement.csv", b"date,amount\n"))
        shown = (await client.post(path, content=sent, headers={"content-type": FORM})).text
        word = shown.split('name="file-0" value="', 1)[1].split('"', 1)[0]
        form = {"token": token, "command_id": "c-1", "file-0": word, "measure": "m1", "complete": "on"}
        wrong = await client.post(f"{path}/sign", data={**form, "pin": "111 111"})
        assert (wrong.status_code, 'href="#pin"' in wrong.text) == (403, True)
        done = [await client.post(f"{path}/sign", data={**form, "pin": PIN}) for _ in range(2)]
        assert [each.status_code for each in done] == [303, 303], done[0].text
        assert done[0].headers["location"] == done[1].headers["location"], "obeyed once"
    (row,) = house.desk.register.items(reference)
    assert row.digest == f"sha256:{hashlib.sha256(b'date,amount' + bytes([10])).hexdigest()}"
    assert (row.holder, row.measure) == ("custodian", "m1")
    manifest = DeliveryManifest.model_validate_json(house.desk.vault.read(reference, row.manifest))
    assert (manifest.sender, manifest.items[0].name) == ("custodian", "statement.csv")
    assert manifest.note == "Sent by custodian through the inbox in a browser."
    await house.task(reference, "custody-sign-off")


@pytest.fixture
def serving(open_home: Path) -> Iterator[tuple[int, str]]:
    """The inbox as a process of its own: its id, and the address to sign in at."""
    command = [str(Path(sys.executable).with_name("rogatory")), "--json", "serve", "--port", "0"]
    environment = {**os.environ, "ROGATORY_HOME": str(open_home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = "".join(iter(lambda: process.stdout.readline() if process.stdout else "", "}\n"))
        found = re.search(r'"address": "([^"]+)"', said)
        assert found, said
        yield process.pid, found[1]
        process.terminate()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what a process took")
async def test_a_large_body_stays_small_in_memory(serving: tuple[int, str], open_home: Path) -> None:
    process, address = serving
    root, _, code = address.partition("/sign-in?code=")

    def peak() -> int:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
        assert found
        return int(found[1]) * 1024

    async with httpx.AsyncClient(base_url=root, timeout=300) as client:
        await client.post("/sign-in", data={"official": "custodian", "code": code})
        token = (await client.get(EVIDENCE)).text.split('name="token" value="', 1)[1].split('"', 1)[0]
        block = MARK.ljust(1 << 20, b".")
        head, _, tail = body(("token", None, token.encode()), ("files", "disk.raw", b"CUT")).partition(b"CUT")

        async def whole() -> AsyncIterator[bytes]:
            yield head
            for _ in range(300):
                yield block
            yield tail

        before = peak()
        length = len(head) + 300 * len(block) + len(tail)
        headers = {"content-type": FORM, "content-length": str(length)}
        answer = await client.post(EVIDENCE, content=whole(), headers=headers)
        assert answer.status_code == 200, answer.text
        assert peak() - before < MOST_MORE
    digest = hashlib.sha256(block * 300).hexdigest()
    assert digest in re.sub(r"\s", "", answer.text)
    assert Desk(Profile(home=open_home)).vault.has(REFERENCE, f"sha256:{digest}")
