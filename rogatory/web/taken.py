"""A file that came into the vault and waits for its signature: the page carries it, under this inbox's own seal.

Nothing of it is kept here, so its name stands nowhere but on the page. Without the seal a form could name any content
of the case, such as the sealed annex, and have it signed as evidence.
"""

import base64
import hmac
import json
import unicodedata
from collections.abc import Mapping, Sequence

from rogatory.errors import UsageError
from rogatory.intake import Stored

LONGEST_NAME = 255
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make a name read otherwise than it is."""


def file_name(given: str) -> str:
    """The name without folders, as it goes into the delivery's manifest in the vault, and never onto a disk.

    Raises UsageError, which does not repeat it.
    """
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    unreadable = any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} or each in TURNING for each in name)
    if name in {"", ".", ".."} or unreadable or len(name) > LONGEST_NAME:
        raise UsageError(
            "A file has no name that can stand in a record: it holds control or direction marks, or is too long.",
            f"Rename it: at most {LONGEST_NAME} letters, digits, spaces and signs.",
        )
    return name


def no_doubles(names: Sequence[str]) -> None:
    """Raises UsageError when two files of one delivery have one name."""
    if len(set(names)) != len(names):
        raise UsageError("Two of the files have the same name.", "Rename one of them.")


def sealed(file: Stored, key: bytes, session: str, reference: str) -> str:
    """What the page carries of it: one word."""
    said = base64.urlsafe_b64encode(json.dumps([file.name, file.digest, file.size]).encode()).decode()
    return f"{said}.{_mac(said, key, session, reference)}"


def opened(form: Mapping[str, str], most: int, key: bytes, session: str, reference: str) -> list[Stored]:
    """The files that a form carries as file-0, file-1 and so on. Raises UsageError for what is not ours."""
    words = [form[name] for name in (f"file-{number}" for number in range(most + 1)) if name in form]
    if not words:
        raise UsageError("No file was sent.", "Choose one or several files.")
    if len(words) > most:
        raise UsageError(f"More than {most} files are too many for one delivery.", "Make several deliveries of them.")
    files = []
    for word in words:
        said, _, mac = word.partition(".")
        if not hmac.compare_digest(mac.encode(), _mac(said, key, session, reference).encode()):
            raise UsageError("What was sent is not known here any more.", "Send the files again; nothing was signed.")
        files.append(Stored(*json.loads(base64.urlsafe_b64decode(said))))
    no_doubles([file.name for file in files])
    return files


def _mac(said: str, key: bytes, session: str, reference: str) -> str:
    return hmac.new(key, f"{session}\n{reference}\n{said}".encode(), "sha256").hexdigest()
