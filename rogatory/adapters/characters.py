"""Which characters a document can show: those that some face of ours has, and that steer no others.

Where a person can still correct their words, as in a draft, a character that cannot be shown is a fault. Where the
words stand, as in a signed act or in a file's name from abroad, it is written as its code: no case may halt on it.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from rogatory.adapters.faces import coverage

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what turns, hides or breaks the text around it, or means nothing."""
MARKS = frozenset({"\u034f", "\ufffc"})
"""Unseen too, though in other categories."""
JOINERS = frozenset("\u200c\u200d")
"""They choose the form of the letters beside them in scripts that join letters, and are read only there."""
JOINING = (range(0x0600, 0x08FF + 1), range(0x0900, 0x0DFF + 1), range(0x1000, 0x109F + 1), range(0x1780, 0x17FF + 1))
"""Arabic, Syriac and Thaana; the scripts of India and Sri Lanka; Myanmar; Khmer."""
EASY = frozenset(chr(code) for code in (10, *range(0x20, 0x7F), *range(0xA0, 0x100)) if code != 0xAD) | set("–—‘’“”…€")
"""Some of the characters shown, known without reading what the fonts have: most texts have no others."""


def unshown(text: str) -> Iterator[tuple[int, str]]:
    """Each character that no document shows: its index, and why, e.g. "U+13000 (EGYPTIAN ...) is in none of ..."."""
    if EASY.issuperset(text):
        return
    for place, char in enumerate(text):
        if char not in shown() and not _joins(text, place):
            unseen = unicodedata.category(char) in UNSEEN or char in MARKS
            reason = "would steer or hide the text around it" if unseen else "is in none of the document's fonts"
            yield place, f"{named(char)} {reason}"


def spelled(text: str) -> str:
    """The text with every character that no document shows written as its code: an override becomes [U+202E]."""
    if EASY.issuperset(text):
        return text
    text = text.replace("\r\n", "\n")
    return "".join(
        char if char in shown() or _joins(text, place) else f"[U+{ord(char):04X}]" for place, char in enumerate(text)
    )


def named(char: str) -> str:
    """A character for a person who cannot see it: "U+202E (RIGHT-TO-LEFT OVERRIDE)"."""
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'a control character')})"


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands there between two letters or signs of one script that joins them."""
    if text[place] not in JOINERS or not 0 < place < len(text) - 1:
        return False
    before, after = ord(text[place - 1]), ord(text[place + 1])
    return any(before in block and after in block for block in JOINING)


@cache
def shown() -> frozenset[str]:
    """The characters that some face of ours has, line breaks and tabs; without those that steer text."""
    known = frozenset().union(*coverage().values()) - MARKS
    return frozenset({char for char in known if unicodedata.category(char) not in UNSEEN} | {"\n", "\t"})
