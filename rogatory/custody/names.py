"""Names that came from outside: which may be a path, and how any of them may be shown.

A name from another state is hostile until proved otherwise: it may climb out of a folder, hide its ending by a
bidirectional mark, or be a device on the reader's system. Such a name is refused as a path and made harmless for show.
"""

import re
import unicodedata

MAX_PATH = 1024
"""Bytes of UTF-8 in a whole path."""
MAX_PART = 200
"""Bytes of UTF-8 in one part: below every file system's 255, with room for a number before it."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class UnsafeNameError(ValueError):
    """The name may not be used as a path; the message says why."""


def safe_path(name: str) -> str:
    """The relative path, in Unicode normal form C, with `/` between its parts. Raises UnsafeNameError.

    Refused: empty, absolute, climbing (`..`), backslashes, drive letters, control and bidirectional characters,
    names Windows reserves, parts that begin or end with a space or end with a dot, paths over 1024 bytes.
    """
    shown = safe_name(name)
    if name != unicodedata.normalize("NFC", name):
        raise UnsafeNameError(f"{shown}: not in Unicode normal form C")  # two spellings of one name are two files
    if not name or name.startswith("/"):
        raise UnsafeNameError(f"{shown}: empty or absolute")
    if len(_utf8(name)) > MAX_PATH:
        raise UnsafeNameError(f"{shown}: longer than {MAX_PATH} bytes")
    for part in name.split("/"):
        if part in {"", ".", ".."}:
            raise UnsafeNameError(f"{shown}: a part is empty or climbs")
        if _FORBIDDEN.search(part) or any(unicodedata.category(sign) in _HIDDEN for sign in part):
            raise UnsafeNameError(f"{shown}: a forbidden or hidden character")
        if part != part.strip() or part.endswith("."):
            raise UnsafeNameError(f"{shown}: a part begins or ends with a space, or ends with a dot")
        if part.split(".")[0].rstrip().casefold() in _DEVICES:
            raise UnsafeNameError(f"{shown}: a name some systems reserve")
        if len(_utf8(part)) > MAX_PART:
            raise UnsafeNameError(f"{shown}: a part is longer than {MAX_PART} bytes")
    return name


def collision_key(path: str) -> str:
    """Two paths with one key are one file on some system: case and normal form are ignored."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


def safe_name(name: str, limit: int = 120) -> str:
    """The name for show: hidden characters and line breaks as U+FFFD, cut to so many characters."""
    shown = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) in _HIDDEN else sign for sign in name)
    return shown if len(shown) <= limit else shown[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def file_name(name: str, fallback: str = "item") -> str:
    """A file name that `safe_path` accepts and that still resembles what the sender wrote.

    Used for copies we write out; the sender's own words stand in the manifest.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    last = "".join("_" if unicodedata.category(sign) in _HIDDEN else sign for sign in last)
    last = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", last.replace("%", "_"))).strip(" .")
    while len(_utf8(last)) > 100:
        stem, dot, ending = last.rpartition(".")
        last = f"{stem[:-1]}.{ending}" if dot and stem and len(ending) <= 10 else last[:-1].rstrip(" .")
    if last.split(".")[0].rstrip().casefold() in _DEVICES:
        last = f"_{last}"
    try:
        return safe_path(last)
    except UnsafeNameError:
        return fallback


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a lone surrogate must be refused, not crash the check
