"""Whose key is where: in a file of the home, as a demonstration has it, or on a token, as config.json says."""

import re
from pathlib import Path

from rogatory.adapters.keys import FileSigner, has_pin
from rogatory.adapters.signing_settings import read_settings
from rogatory.errors import NotFoundError
from rogatory.ports import AskPin, Signer
from schemas.identifiers import OfficialId

SERVICE = "service"


def signer_for(home: Path, official: OfficialId, ask: AskPin | None = None, *, in_person: bool = False) -> Signer:
    """The signer of an official whose key is in this home or on a token; "service" is the service's own.

    `ask` asks the person for the PIN of a token, or of a key file that has one, where there is a person. `in_person`:
    only what they answer counts, as on a server that many use: there, a PIN in a file or in the environment is the
    service's, and one token may hold its key and theirs.

    Raises:
        NotFoundError: there is no such key; the hint names those there are.
        UsageError: config.json is spoilt.
    """
    check_id(official)
    folder = home / ("keys" if official == SERVICE else "officials")
    certificate = folder / f"{official}.crt"
    if (on_token := read_settings(home).signers.get(official)) is not None:
        from rogatory.adapters.tokens import TokenSigner  # noqa: PLC0415  python-pkcs11: only where there are tokens

        pin_file = home / on_token.pin_file if on_token.pin_file else None
        named = home / on_token.certificate if on_token.certificate else certificate
        return TokenSigner(on_token, named, pin_file, ask, in_person=in_person)
    if official != SERVICE and not (folder / f"{official}.key").is_file():
        known = sorted({*(path.stem for path in folder.glob("*.key")), *read_settings(home).signers} - {SERVICE})
        hint = f"Keys here: {', '.join(known)}." if known else "Make demonstration officials with: rogatory init"
        raise NotFoundError(f"There is no key of {official} here.", hint)
    return FileSigner(folder / f"{official}.key", certificate, ask)


def asks_pin(home: Path, official: OfficialId) -> bool:
    """Whether the key wants a PIN for each act done in person. Raises NotFoundError where there is no such key."""
    check_id(official)
    return official in read_settings(home).signers or has_pin(home / "officials" / f"{official}.key")


def check_id(official: str) -> None:
    """Raises NotFoundError for what cannot be an official's name, such as a path."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", official):
        raise NotFoundError(f"{official[:40]!r} is no official's name.", "Such names look like reviewer-1.")
