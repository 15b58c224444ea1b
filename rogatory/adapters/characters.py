"""Which characters a document can show: those all its text fonts have, and that steer no others.

Where a person can still correct their words, as in a draft, a character that cannot be shown is a fault. Where the
words stand, as in a signed act or in a file's name from abroad, it is written as its code: no case may halt on it.
"""

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = Path(str(files("templates"))) / "_layout" / "fonts"
TEXT_FONTS = (
    "NotoSerif-Regular.ttf",
    "NotoSerif-Bold.ttf",
    "NotoSerif-Italic.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
)
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what turns, hides or breaks the text around it, or means nothing."""
JOINERS = frozenset({"\u034f", "\ufffc"})
"""Unseen too, though in other categories."""
EASY = frozenset(chr(code) for code in (10, *range(0x20, 0x7F), *range(0xA0, 0x100)) if code != 0xAD) | set("–—‘’“”…€")
"""Some of the characters shown, known without opening a font: most texts have no others."""


def unshown(text: str) -> Iterator[tuple[int, str]]:
    """Each character that no document shows: its index, and why, e.g. "U+4E2D (CJK ...) is in none of ..."."""
    if EASY.issuperset(text):
        return
    for place, char in enumerate(text):
        if char not in shown():
            unseen = unicodedata.category(char) in UNSEEN or char in JOINERS
            reason = "would steer or hide the text around it" if unseen else "is in none of the document's fonts"
            yield place, f"U+{ord(char):04X} ({unicodedata.name(char, 'a control character')}) {reason}"


def spelled(text: str) -> str:
    """The text with every character that no document shows written as its code: an override becomes [U+202E]."""
    if EASY.issuperset(text):
        return text
    return "".join(char if char in shown() else f"[U+{ord(char):04X}]" for char in text.replace("\r\n", "\n"))


@cache
def shown() -> frozenset[str]:
    """The characters that every text font of ours has, line breaks and tabs; without those that steer text."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # a fifth of a second, and most texts are easy

    sets = []
    for name in TEXT_FONTS:
        with TTFont(io.BytesIO((FONTS / name).read_bytes()), lazy=True) as font:
            sets.append({chr(code) for code in font.getBestCmap()})
    known = set.intersection(*sets) - JOINERS
    return frozenset({char for char in known if unicodedata.category(char) not in UNSEEN} | {"\n", "\t"})
