"""The faces documents are set in: what `fonts.css` declares, which characters each has, and which a text needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

LAYOUT = Path(str(files("templates"))) / "_layout"
FONTS = LAYOUT / "fonts"
CORE = frozenset({"Noto Serif", "Noto Sans", "Noto Sans Mono"})
"""Families every document declares: Latin, Greek and Cyrillic."""


@dataclass(frozen=True)
class Face:
    """One rule of fonts.css."""

    family: str
    file: str
    rule: str


@cache
def faces() -> tuple[Face, ...]:
    """Every face, in the order of fonts.css: of two that have a character the first is taken."""
    rules = (line for line in (LAYOUT / "fonts.css").read_text(encoding="utf-8").splitlines() if line[:1] == "@")
    return tuple(Face(_between(each, "'", "'"), _between(each, "fonts/", ")"), each) for each in rules)


def _between(text: str, before: str, after: str) -> str:
    return text.partition(before)[2].partition(after)[0]


@cache
def coverage() -> dict[str, frozenset[str]]:
    """By family, the characters one of its faces has, in the order of fonts.css; from fonts/coverage.txt."""
    by_file: dict[str, frozenset[str]] = {}
    for line in (FONTS / "coverage.txt").read_text(encoding="utf-8").splitlines():
        file, *ranges = line.split()
        by_file[file] = frozenset(chr(code) for each in ranges for code in _codes(each))
    found: dict[str, frozenset[str]] = {}
    for face in faces():
        found[face.family] = found.get(face.family, frozenset()) | by_file[face.file]
    return found


def _codes(written: str) -> range:
    first, _, last = written.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


@cache
def core_characters() -> frozenset[str]:
    """What can be set with the families every document declares."""
    return frozenset().union(*(coverage()[family] for family in CORE))


def families_for(characters: Iterable[str]) -> tuple[str, ...]:
    """The families beyond CORE that these characters need, in the order of fonts.css."""
    left = set(characters) - core_characters()
    needed = []
    for family, known in coverage().items() if left else ():
        if family not in CORE and not left.isdisjoint(known):
            needed.append(family)
            left -= known
    return tuple(needed)


def rules(families: Iterable[str]) -> str:
    """The @font-face rules of CORE and these families."""
    wanted = CORE.union(families)
    return "\n".join(face.rule for face in faces() if face.family in wanted)
