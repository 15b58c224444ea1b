"""A founded authority with its time-stamping authority, made for one test, at any moment of the past."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from weasyprint import HTML

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.officials import found_authority, signer_for
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf_fields import add_signature_fields
from rogatory.adapters.timestamps import TimeAuthority
from schemas.custody import TrustAnchors

FIELD = "sig-central-authority"
PAGE = '<html lang="en"><title>Letter</title><p>Letter.</p><div id="sig-x">sign</div></html>'
Answer = Callable[[BaseHTTPRequestHandler], None]


def letter() -> bytes:
    """A page with a field to sign."""
    pdf = HTML(string=PAGE).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
    assert pdf
    return add_signature_fields(pdf, {FIELD: (0, (80.0, 200.0, 360.0, 280.0), 1122.5)})


class StampingHouse:
    """A home, its anchors, and its signatory."""

    def __init__(self, home: Path, now: datetime | None = None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        found_authority(home, now=now or datetime.now(UTC))

    @property
    def anchors(self) -> TrustAnchors:
        return FileAnchors(self.home).own()

    def authority(self, url: str, timeout: float = 5.0) -> TimeAuthority:
        return TimeAuthority(url, self.anchors.root_certificates, (self.home / "ca" / "root.crl",), timeout)

    def pen(self, stamping: TimeAuthority | str, official: str = "signatory") -> PadesSigner:
        return PadesSigner(signer_for(self.home, official), self.anchors.root_certificates, lambda: stamping)


@contextmanager
def web_server(answer: Answer) -> Iterator[str]:
    """The address of a server that answers each POST as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsr"
    finally:
        server.shutdown()
        server.server_close()
