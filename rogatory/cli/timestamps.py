"""rogatory timestamps: which authority says when a letter was signed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, minute, next_step, say
from rogatory.cli.session import profile
from rogatory.errors import IntegrityError, NotFoundError, UsageError

if TYPE_CHECKING:
    from rogatory.adapters.timestamps import Tried

LARGEST = 1 << 20
"""Bytes of a file of certificates."""


def timestamps(
    url: str | None = None,
    /,
    *,
    certificate: Annotated[
        tuple[Path, ...],
        Parameter(
            help="Its root, or its own certificate (PEM), got on another way. Default: this authority's own root."
        ),
    ] = (),
    list_: Annotated[
        tuple[Path, ...],
        Parameter(name="--list", help="A file of a revocation list (CRL), kept fresh by you. Default: ca/root.crl."),
    ] = (),
    timeout: Annotated[float, Parameter(help="Seconds for one answer, 60 at most.")] = 10.0,
    off: Annotated[bool, Parameter(name="--off", negative="", help="Sign without time stamps from now on.")] = False,
) -> None:
    """Show which time-stamping authority (RFC 3161) is in force, or set it: signatures are then PAdES B-LTA.

    Before anything is saved the authority must stamp something, and the stamp must verify. Nobody but its host is ever
    contacted.

    Parameters
    ----------
    url: str
        Its address, http or https.
    """
    home = profile().home
    if url is None and not off:
        if certificate or list_:
            raise UsageError("Certificates and lists need the address of their authority.", "Name it: https://...")
        _show(home)
        return
    if url is not None and off:
        raise UsageError("Either an address or --off.")
    from rogatory.adapters.signing_settings import write_timestamps

    if url is None:
        write_timestamps(home, None)
        _show(home)
        return
    _set(home, url, tuple(pem for file in certificate for pem in _certificates(file)), list_, timeout)


def _show(home: Path) -> None:
    from rogatory.adapters.timestamps import stamping, tried

    found = stamping(home)
    if isinstance(found, str):
        if not emit({"timestamps": None, "reason": found}):
            say(f"None: {found}. Signatures are PAdES B-B: their time is the signer's own word.")
            next_step("rogatory timestamps https://... --certificate FILE.pem --list FILE.crl")
        return
    _tell(tried(found), found.url)


def _set(home: Path, url: str, roots: tuple[str, ...], lists: tuple[Path, ...], timeout: float) -> None:
    from pydantic import ValidationError

    from rogatory.adapters.anchors_fs import FileAnchors
    from rogatory.adapters.signing_settings import TimestampSettings, write_timestamps
    from rogatory.adapters.timestamps import TimeAuthority, tried

    own = home / "ca" / "root.crl"
    files = tuple(str(path.absolute()) for path in lists) or (("ca/root.crl",) if own.exists() else ())
    try:
        settings = TimestampSettings(url=url, lists=files, timeout=timeout)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}.") from fault
    anchors = FileAnchors(home).own()
    changed = anchors.model_copy(update={"timestamp_roots": roots or anchors.timestamp_roots})
    made = tried(TimeAuthority.of(home, settings, changed))
    if changed != anchors:
        FileAnchors(home).set_own(changed)
    write_timestamps(home, settings)
    _tell(made, url)
    if changed != anchors:
        say("The trust anchors name its certificate now: hand anchors/own.json anew to whoever verifies your letters.")
    say("Signatures are PAdES B-LTA from now on.")


def _tell(made: "Tried", url: str) -> None:
    document = {"url": url, "authority": made.authority, "at": made.at, "certificate_ends": made.ends}
    if not emit({"timestamps": document}):
        say(f"{url}  {made.authority}")
        say(f"  stamped at {minute(made.at)}; its certificate ends {minute(made.ends)}")


def _certificates(file: Path) -> list[str]:
    from rogatory.adapters.cms import certificates, pem_of

    if not file.is_file():
        raise NotFoundError(f"There is no {file}.", "Name a file with certificates in PEM.")
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError("too large")
        found = [pem_of(one) for one in certificates([file.read_text(encoding="ascii")])]
    except ValueError as fault:
        raise IntegrityError(f"{file} holds no certificate in PEM.", "openssl x509 -inform DER -in FILE") from fault
    if not found:
        raise IntegrityError(f"{file} holds no certificate in PEM.", "openssl x509 -inform DER -in FILE")
    return found
