"""What was made of law files before, so that a command does not read some thirty of them anew.

Two things are kept, both by digest, so that nothing old is ever taken for new:

    files-PROGRAM.json          sound files as plain values, by the SHA-256 of kind, name and text
    book-PROGRAM-LAW.json       a whole lawbook, by the digest over the texts it was made of

PROGRAM is the SHA-256 over the code that reads and judges law files. They are kept in the package's __pycache__ or,
where that cannot be written, in the user's cache folder: whoever can change them there can change the program's own
code, or acts as the user. Everything here may be deleted at any time.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import schemas
from rogatory.law.model import Lawbook

MOST = 12
"""Files kept in one folder; the oldest go first."""


def key(kind: str, name: str, text: str) -> str:
    """What a file's value is kept by."""
    return hashlib.sha256("\0".join([kind, name, text]).encode()).hexdigest()


def kept_values() -> dict[str, Any]:
    """Values of sound files by `key`; empty where nothing is kept."""
    content = _read(f"files-{_program()}.json")
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def keep_values(values: Mapping[str, Any]) -> None:
    """Keeps the values in place of those kept before."""
    _write(f"files-{_program()}.json", json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())


def kept_lawbook(digest: str) -> Lawbook | None:
    """The lawbook made of texts with that digest, if it is kept."""
    content = _read(_book(digest))
    if content is None:
        return None
    try:
        lawbook = Lawbook.model_validate_json(content)
    except ValueError:
        return None
    return lawbook if lawbook.digest == digest else None


def keep_lawbook(lawbook: Lawbook) -> None:
    """Keeps a lawbook by its digest."""
    content = lawbook.model_dump_json(by_alias=True, exclude_defaults=True)
    _write(_book(lawbook.digest), content.encode())


def _book(digest: str) -> str:
    return f"book-{_program()}-{digest.removeprefix('sha256:')[:16]}.json"


@cache
def _program() -> str:
    """Of the code and schemas that judge law files, and of the drafts their rules name fields of."""
    law = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*law.glob("*.py"), *law.glob("*.schema.json"), *Path(schemas.__path__[0]).glob("*.py")]):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _folders() -> list[Path]:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return [Path(__file__).parent / "__pycache__", Path(home) / "rogatory"]


def _read(name: str) -> bytes | None:
    for folder in _folders():
        with suppress(OSError):
            return (folder / name).read_bytes()
    return None


def _write(name: str, content: bytes) -> None:
    """Writes whole or not at all, in the first folder that can be written; in none, nothing is kept."""
    for folder in _folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, prefix="law-", delete=False) as file:
                file.write(content)
            Path(file.name).chmod(0o644)  # as Python's own: what an installer wrote serves every user
            Path(file.name).replace(folder / name)
        except OSError:
            continue
        _prune(folder)
        return


def _prune(folder: Path) -> None:
    ours = [path for pattern in ("files-*.json", "book-*.json", "law-*") for path in folder.glob(pattern)]
    with suppress(OSError):
        for path in sorted(ours, key=lambda each: each.stat().st_mtime)[:-MOST]:
            path.unlink()
