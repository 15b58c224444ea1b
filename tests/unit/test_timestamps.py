"""Time stamps: what the demonstration's authority gives, and what is taken from any authority."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from asn1crypto import algos, core, tsp
from cryptography import x509

from rogatory.adapters.certificates import DemoAuthority, read_list, renew_list
from rogatory.adapters.cms import wait_for
from rogatory.adapters.timestamp_authority import POLICY, QUERY, REPLY, DemoTimeAuthority, Response, running_at
from rogatory.adapters.timestamps import LARGEST_REPLY, AskingStamper, TimeAuthority, ask, stamping, tried
from rogatory.errors import IntegrityError, RogatoryError, UnreachableError, UsageError
from tests.unit.stamping_house import Answer, StampingHouse, web_server

DIGEST = sha256(b"letter").digest()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> StampingHouse:
    return StampingHouse(tmp_path_factory.mktemp("stamps") / "home")


@pytest.fixture(scope="module")
def running(house: StampingHouse) -> Iterator[DemoTimeAuthority]:
    with DemoTimeAuthority(house.home) as authority:
        yield authority


def posted(url: str, body: bytes, kind: str = QUERY) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return bytes(answer.read())


def stamped(authority: TimeAuthority) -> bytes:
    return bytes(wait_for(AskingStamper(authority, authority.trust()).async_timestamp(DIGEST, "sha256")).dump())


def openssl(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)


# the demonstration's authority


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_openssl_accepts_its_tokens(
    house: StampingHouse, running: DemoTimeAuthority, tmp_path: Path, algorithm: str
) -> None:
    for name in ("letter", "other"):
        (tmp_path / name).write_text(name)
        assert not openssl(
            *("ts", "-query", "-data", tmp_path / name, f"-{algorithm}", "-cert", "-out", tmp_path / f"{name}.tsq")
        ).returncode
    (tmp_path / "r.tsr").write_bytes(posted(running.url, (tmp_path / "letter.tsq").read_bytes()))
    verify = ("ts", "-verify", "-in", tmp_path / "r.tsr", "-CAfile", house.home / "ca" / "root.crt")
    assert "Verification: OK" in openssl(*verify, "-queryfile", tmp_path / "letter.tsq").stdout
    assert "Verification: OK" in openssl(*verify, "-data", tmp_path / "letter").stdout
    assert openssl(*verify, "-queryfile", tmp_path / "other.tsq").returncode != 0
    stranger = StampingHouse(tmp_path / "stranger")
    elsewhere = (*verify[:-1], stranger.home / "ca" / "root.crt")
    assert openssl(*elsewhere, "-queryfile", tmp_path / "letter.tsq").returncode != 0


def test_its_certificate_says_demo_and_stamps_only(house: StampingHouse, running: DemoTimeAuthority) -> None:
    certificate = x509.load_pem_x509_certificate((house.home / "tsa" / "tsa.crt").read_bytes())
    assert "DEMO time-stamping authority" in certificate.subject.rfc4514_string()
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert [each._name for each in usage.value] == ["timeStamping"]
    assert (house.home / "tsa" / "tsa.key").stat().st_mode & 0o077 == 0
    assert running.url.startswith("http://127.0.0.1:")


def query(**changes: object) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": DIGEST}
    plain = {"version": 1, "message_imprint": imprint}
    return bytes(tsp.TimeStampReq(plain | changes).dump())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "bad_data_format"),
        (b"junk", "bad_data_format"),
        (query() + b"\0", "bad_data_format"),
        (query(message_imprint={"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}), "bad_alg"),
        (
            query(message_imprint={"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(20)}),
            "bad_data_format",
        ),
        (query(req_policy="1.2.3"), "unaccepted_policy"),
        (
            query(extensions=[{"extn_id": "1.2.3", "extn_value": core.OctetString(b"\x05\x00")}]),
            "unaccepted_extensions",
        ),
    ],
)
def test_it_refuses_what_it_does_not_do(running: DemoTimeAuthority, body: bytes, why: str) -> None:
    status = Response.load(posted(running.url, body))["status"]
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {why}


def test_it_answers_its_own_policy_and_leaves_out_certificates_unasked(running: DemoTimeAuthority) -> None:
    signed = Response.load(posted(running.url, query(req_policy=POLICY)))["time_stamp_token"]["content"]
    info = signed["encap_content_info"]["content"].parsed
    assert info["policy"].native == POLICY
    assert abs(info["gen_time"].native - datetime.now(UTC)) < timedelta(minutes=1)
    assert isinstance(signed["certificates"], core.Void)


def test_it_takes_queries_only(running: DemoTimeAuthority) -> None:
    for body, kind, status in ((query(), "text/plain", 415), (bytes(5000), QUERY, 413)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            posted(running.url, body, kind)
        assert refused.value.code == status


def test_it_is_found_while_it_runs_only(tmp_path: Path) -> None:
    house = StampingHouse(tmp_path / "home")
    (house.home / "config.json").write_text('{"demo": true}')
    assert stamping(house.home) == "the time-stamping authority of the demonstration is not running"
    with DemoTimeAuthority(house.home) as authority:
        assert running_at(house.home) == authority.url
        found = stamping(house.home)
        assert isinstance(found, TimeAuthority)
        made = tried(found)
        assert made.authority == "DEMO time-stamping authority"
        assert made.lists_end is not None
    assert isinstance(stamping(house.home), str)
    (house.home / "config.json").write_text("{}")
    assert stamping(house.home) == "no time-stamping authority is configured"


# what is taken


def test_a_token_is_taken_and_no_proxy_is_asked(
    house: StampingHouse, running: DemoTimeAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert DIGEST in stamped(house.authority(running.url))


def asked(handler: BaseHTTPRequestHandler) -> bytes:
    return handler.rfile.read(int(handler.headers["Content-Length"]))


def say(handler: BaseHTTPRequestHandler, body: bytes, kind: str = REPLY, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def told(body: bytes, kind: str = REPLY, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked(handler)
        say(handler, body, kind, status, **headers)

    return answer


def test_a_redirect_is_not_followed(house: StampingHouse, running: DemoTimeAuthority) -> None:
    for status in (301, 302, 307, 308):
        with (
            web_server(told(b"", status=status, Location=running.url)) as url,
            pytest.raises(UnreachableError, match=f"answered with status {status}"),
        ):
            stamped(house.authority(url))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (told(b"x" * (LARGEST_REPLY + 1)), "longer than"),
        (told(b"<html>", "text/html"), "did not answer as a time-stamping authority"),
        (told(b"", status=503), "status 503"),
        (told(b""), "none that RFC 3161 knows"),
        (told(b"junk"), "none that RFC 3161 knows"),
        (told(bytes.fromhex("30053003020100")), "granted a time stamp and sent none"),
        (told(bytes.fromhex("30053003020102")), "refused to stamp: no reason given"),
    ],
)
def test_what_is_no_answer_is_refused(house: StampingHouse, answer: Answer, words: str) -> None:
    with web_server(answer) as url, pytest.raises(UnreachableError, match=words) as refused:
        stamped(house.authority(url))
    assert refused.value.exit_code == 69
    assert "Nothing was signed" in refused.value.hint


def test_an_answer_that_drips_is_cut_off(house: StampingHouse) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.05)

    began = time.monotonic()
    with web_server(drip) as url, pytest.raises(UnreachableError, match=r"did not answer within 0\.3 s"):
        ask(house.authority(url, timeout=0.3), b"")
    assert time.monotonic() - began < 7


def test_an_authority_that_is_silent_or_not_there(house: StampingHouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(UnreachableError, match="did not answer within"):
            ask(house.authority(url, timeout=0.2), b"")
    with pytest.raises(UnreachableError, match="cannot be reached: Connection refused"):
        ask(house.authority(url), b"")
    with web_server(told(b"")) as plain, pytest.raises(UnreachableError, match="has no sound TLS"):
        ask(house.authority(plain.replace("http:", "https:"), timeout=2), b"")


def test_a_token_for_another_question_is_refused(house: StampingHouse, running: DemoTimeAuthority) -> None:
    """The right digest with yesterday's nonce, and another digest with the right nonce."""
    yesterday = posted(running.url, query(nonce=7, cert_req=True))
    with web_server(told(yesterday)) as url, pytest.raises(IntegrityError, match="not for what was asked"):
        stamped(house.authority(url))

    def another(handler: BaseHTTPRequestHandler) -> None:
        question = tsp.TimeStampReq.load(asked(handler))
        question["message_imprint"]["hashed_message"] = bytes(32)
        say(handler, posted(running.url, question.dump(force=True)))

    with web_server(another) as url, pytest.raises(IntegrityError, match="not for what was asked"):
        stamped(house.authority(url))


def test_a_stranger_is_not_believed(house: StampingHouse, tmp_path: Path) -> None:
    stranger = StampingHouse(tmp_path / "stranger")
    with DemoTimeAuthority(stranger.home) as theirs, pytest.raises(IntegrityError, match="no trust anchor vouches for"):
        stamped(house.authority(theirs.url))


# revocation lists


def test_a_list_that_is_missing_spoilt_or_over_is_named(house: StampingHouse, tmp_path: Path) -> None:
    authority = house.authority("http://127.0.0.1:9/")
    path = tmp_path / "some.crl"

    def refused() -> RogatoryError:
        with pytest.raises(RogatoryError) as fault:
            TimeAuthority(authority.url, authority.roots, (path,)).trust()
        return fault.value

    assert (refused().exit_code, str(refused())) == (69, f"There is no revocation list at {path}.")
    path.write_bytes(b"junk")
    assert (refused().exit_code, "is not a revocation list" in str(refused())) == (7, True)
    DemoAuthority.load(house.home / "ca").issue_list(tmp_path, datetime.now(UTC) - timedelta(days=400))
    path = tmp_path / "root.crl"
    assert (refused().exit_code, "counted until" in str(refused())) == (69, True)


def test_without_a_list_the_authority_is_not_believed(house: StampingHouse, running: DemoTimeAuthority) -> None:
    with pytest.raises(IntegrityError, match="no list shows to be good"):
        stamped(TimeAuthority(running.url, house.authority("").roots))


def test_a_pinned_authority_needs_no_list(house: StampingHouse, running: DemoTimeAuthority) -> None:
    pinned = (house.home / "tsa" / "tsa.crt").read_text()
    assert stamped(TimeAuthority(running.url, (pinned,)))


def test_lists_are_numbered_remember_and_are_renewed_in_time(tmp_path: Path) -> None:
    house = StampingHouse(tmp_path / "home")
    folder, now = house.home / "ca", datetime.now(UTC)
    root = DemoAuthority.load(folder)
    certificate = (house.home / "officials" / "reviewer-1.crt").read_text()
    root.issue_list(folder, now, revoked=(certificate,))
    root.issue_list(folder, now)
    found = read_list(folder / "root.crl")
    assert found is not None
    assert found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3
    assert [one.serial_number for one in found] == [x509.load_pem_x509_certificate(certificate.encode()).serial_number]
    before = (folder / "root.crl").read_bytes()
    renew_list(folder, now)
    assert (folder / "root.crl").read_bytes() == before
    renew_list(folder, now + timedelta(days=300))
    assert (folder / "root.crl").read_bytes() != before
    verified = openssl("crl", "-in", folder / "root.crl", "-inform", "DER", "-CAfile", folder / "root.crt", "-noout")
    assert "verify OK" in verified.stdout + verified.stderr


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('{"url": "ftp://tsa.example/"}', "timestamps.url: an address is like"),
        ('{"url": "https://name:word@tsa.example/"}', "timestamps.url"),
        ('{"url": "https://tsa.example:99999/"}', "timestamps.url"),
        ('{"url": "https://tsa.example/a b"}', "timestamps.url"),
        ('{"url": "https://tsa.example/", "timeout": 0}', "timestamps.timeout"),
        ('{"url": "https://tsa.example/", "pin": "1"}', "timestamps.pin"),
        ("7", "timestamps: "),
    ],
)
def test_settings_that_cannot_be_are_named(tmp_path: Path, section: str, words: str) -> None:
    (tmp_path / "config.json").write_text('{"timestamps": ' + section + "}")
    with pytest.raises(UsageError, match=words):
        stamping(tmp_path)
