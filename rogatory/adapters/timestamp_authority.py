"""The demonstration's time-stamping authority: RFC 3161 over HTTP on this machine only, its certificate marked DEMO.

A real server for a real protocol, and worth nothing as evidence: its key lies in the home, and its clock is this
machine's. Started for demonstration homes by `rogatory up` and `rogatory demo`, never for others.

    tsa/tsa.key, tsa.crt    made at the first start, under the home's own root
    tsa/server.json         {"url", "pid"} while it runs
"""

import json
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from rogatory.adapters.certificates import DemoAuthority, renew_list, write_certificate
from rogatory.adapters.keys import FileSigner, write_key
from rogatory.adapters.signing_settings import read_settings
from rogatory.adapters.vault_keys import replace_file
from rogatory.profile import alive

HOST = "127.0.0.1"
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
LARGEST_QUERY = 4096
"""Bytes; a query has about one hundred."""
POLICY = "2.25.310866148906146735017934187853096071431"
"""The policy of a demonstration, an object identifier made of a UUID (ITU-T X.667): it promises nothing."""
DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
"""Accepted algorithms and the bytes of their digests."""
Clock = Callable[[], datetime]


class Response(core.Sequence):  # type: ignore[misc]  # asn1crypto is untyped
    """TimeStampResp; asn1crypto's own demands a token also of a refusal."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class TimeStampingUnit:
    """Answers queries (RFC 3161, 2.4): ECDSA P-256 over SHA-256."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, clock: Clock) -> None:
        self._key, self._clock = key, clock
        self._certificate = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))

    def answer(self, query: bytes) -> bytes:
        """The response to a query, DER; a refusal where the query is none, or asks for what is not done here."""
        try:
            asked = tsp.TimeStampReq.load(query, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest = imprint["hashed_message"].native
            extended = bool(asked["extensions"].native)
            policy = asked["req_policy"].native
        except (ValueError, TypeError, KeyError):
            return _refusal("bad_data_format", "this is no query")
        if algorithm not in DIGESTS:
            return _refusal("bad_alg", "SHA-256, SHA-384 and SHA-512 only")
        if len(digest) != DIGESTS[algorithm]:
            return _refusal("bad_data_format", "the digest has not the length of its algorithm")
        if extended:
            return _refusal("unaccepted_extensions", "no extension is known here")
        if policy not in (None, POLICY):
            return _refusal("unaccepted_policy", "there is one policy only")
        granted = tsp.PKIStatusInfo({"status": "granted"})
        return bytes(Response({"status": granted, "time_stamp_token": self._token(asked)}).dump())

    def _token(self, asked: tsp.TimeStampReq) -> cms.ContentInfo:
        now = self._clock().astimezone(UTC).replace(microsecond=0)
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": secrets.randbits(127),
            "gen_time": now,
            "accuracy": {"seconds": 1},
            "tsa": asn1.GeneralName(name="directory_name", value=self._certificate.subject),
        }
        if asked["nonce"].native is not None:
            info["nonce"] = asked["nonce"]
        content = tsp.TSTInfo(info).dump()
        signed = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("signing_time", cms.Time({"utc_time": core.UTCTime(now)})),
                _attribute("message_digest", sha256(content).digest()),
                _attribute("signing_certificate_v2", _named(self._certificate)),
            ]
        )
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": digest,
            "signed_attrs": signed,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": self._key.sign(signed.untag().dump(), ec.ECDSA(hashes.SHA256())),
        }
        body = {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
            "signer_infos": [cms.SignerInfo(signer)],
        }
        if asked["cert_req"].native:
            body["certificates"] = [self._certificate]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(body)})


class DemoTimeAuthority:
    """Serves a demonstration home on this machine, on a free port unless one is named.

    with DemoTimeAuthority(home) as authority:
        authority.url
    """

    def __init__(self, home: Path, clock: Clock = lambda: datetime.now(UTC), port: int = 0) -> None:
        self._home, self._clock, self._port = home, clock, port
        self._server: _Server | None = None
        self.url = ""
        """Where queries go; empty while it does not run."""

    def __enter__(self) -> Self:
        renew_list(self._home / "ca", self._clock())
        unit = TimeStampingUnit(*_key_and_certificate(self._home, self._clock()), self._clock)
        self._server = _Server((HOST, self._port), _handler(unit))
        self.url = f"http://{HOST}:{self._server.server_address[1]}/"
        serving_forever = partial(self._server.serve_forever, poll_interval=0.1)
        threading.Thread(target=serving_forever, name="time-stamps", daemon=True).start()
        replace_file(_note(self._home), json.dumps({"url": self.url, "pid": os.getpid()}).encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        if running_at(self._home) == self.url:  # another one may have taken over since
            _note(self._home).unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()
        self.url = ""


def serving(home: Path) -> AbstractContextManager[DemoTimeAuthority | None]:
    """The authority at work for a demonstration home that names no other; nothing for any other home."""
    settings = read_settings(home)
    return DemoTimeAuthority(home) if settings.demo and settings.timestamps is None else nullcontext()


def running_at(home: Path) -> str:
    """The address of the home's demonstration authority while its process lives; else empty."""
    try:
        noted = json.loads(_note(home).read_bytes())
        url, pid = str(noted["url"]), int(noted["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return url if alive(pid) else ""


def _note(home: Path) -> Path:
    return home / "tsa" / "server.json"


def _key_and_certificate(home: Path, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    folder = home / "tsa"
    folder.mkdir(mode=0o700, exist_ok=True)
    key_path, path = folder / "tsa.key", folder / "tsa.crt"
    if not path.exists():
        key_path.unlink(missing_ok=True)  # of a start that was killed before its certificate was made
        key = ec.generate_private_key(ec.SECP256R1())
        write_key(key_path, key)
        root = DemoAuthority.load(home / "ca")
        state, authority = root.state_and_name
        made = root.certify_time_stamps(key.public_key(), now, state=state, authority=authority)
        write_certificate(path, made.public_bytes(Encoding.PEM).decode())
    signer = FileSigner(key_path, path)
    return signer.private_key, x509.load_pem_x509_certificate(signer.certificate.encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; its traceback would stand in the middle of the demonstration."""


def _handler(unit: TimeStampingUnit) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One query a connection."""

        timeout = 10  # seconds a client may keep us waiting

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.headers.get("Content-Type") != QUERY:
                self.send_error(415)
            elif not length.isdigit() or int(length) > LARGEST_QUERY:
                self.send_error(413)
            else:
                content = unit.answer(self.rfile.read(int(length)))
                self.send_response(200)
                self.send_header("Content-Type", REPLY)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing: what is stamped is a digest, and when it was stamped stands in the token."""

    return Handler


def _refusal(why: str, words: str) -> bytes:
    status = {"status": "rejection", "status_string": [words], "fail_info": {why}}
    return bytes(Response({"status": tsp.PKIStatusInfo(status)}).dump())


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(kind), "values": (value,)})


def _named(certificate: asn1.Certificate) -> tsp.SigningCertificateV2:
    """The certificate by its SHA-256 (RFC 5816)."""
    serial = {
        "issuer": [asn1.GeneralName({"directory_name": certificate.issuer})],
        "serial_number": certificate["tbs_certificate"]["serial_number"],
    }
    named = tsp.ESSCertIDv2({"cert_hash": sha256(certificate.dump()).digest(), "issuer_serial": serial})
    return tsp.SigningCertificateV2({"certs": [named]})
