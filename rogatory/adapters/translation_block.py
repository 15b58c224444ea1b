"""Writes the translation of a draft into its file: the block `translation:`, and not a byte of the rest.

Above each text stand, as comments that begin with #>, the words it translates. By them the next run knows what is
still valid, what has moved, and what changed: that is marked TODO, and the draft check blocks until the mark is gone.
Comments of the translator are kept.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rogatory.documents.source_words import digest_of
from rogatory.errors import UsageError
from rogatory.law.yaml_text import Document, parse

KEY = "translation"
WIDEST = 118
SOURCE = "#>"
CHANGED = "TODO (the original has changed; before it was:)"


@dataclass
class Tally:
    """What became of the texts."""

    kept: int = 0
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What the block shall hold."""

    into: str
    arrangement: str
    translator: Mapping[str, str]
    words: Mapping[str, str]
    """Path to words of the request; each needs a text."""
    names: Mapping[str, str]
    """Path to names and addresses that may be written otherwise; empty where the script is the same."""


@dataclass(frozen=True)
class _Old:
    """A text of the block as it stands."""

    text: str
    source: str | None
    """What it translates, by the comment above it."""
    lines: tuple[str, ...]
    """As it is written."""
    notes: tuple[str, ...]
    """The translator's comments above it."""


def with_translation(text: str, wanted: Wanted) -> tuple[str, Tally]:
    """A draft's text with its translation block written or brought up to date.

    Args:
        text: the file's text as it is, a YAML mapping in block style.
        wanted: what the block shall hold.

    Raises:
        UsageError: the file is written in braces, or holds a translation into another language.
    """
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    document = parse("".join(f"{each.rstrip(chr(13) + chr(10))}\n" for each in lines))
    top = [place for path, place in document.keys.items() if len(path) == 1]
    if any(place.column != 1 for place in top):
        raise UsageError("The draft is written in braces.", "Write each field on a line of its own, then translate it.")
    given = document.value.get(KEY)
    given = given if isinstance(given, dict) else {}
    if given.get("into") not in (None, wanted.into):
        raise UsageError(
            f"The draft holds a translation into {given['into']}.", "Remove the block translation: to write another."
        )
    first, last = _span(document, lines)
    made, tally = _block(document, given, lines, wanted)
    head, tail = lines[:first], lines[last:]
    if head and not head[-1].endswith(("\n", "\r")):
        head[-1] += end
    gap = [end] if head and head[-1].strip() and KEY not in document.value else []
    after = [end] if tail and tail[0].strip() else []
    written = "".join([*head, *gap, *(f"{each}{end}" for each in made), *after, *tail])
    _prove(document, written)
    return written, tally


def _span(document: Document, lines: list[str]) -> tuple[int, int]:
    """The block's lines, from the first to the one after the last; the end of the file where there is none."""
    if (KEY,) not in document.keys:
        return len(lines), len(lines)
    first = document.keys[(KEY,)].line - 1
    following = [place.line - 1 for path, place in document.keys.items() if len(path) == 1 and place.line - 1 > first]
    last = min(following, default=len(lines))
    while last > first + 1 and re.match(r"#|\s*$", lines[last - 1]):  # a comment at the margin is of what follows
        last -= 1
    return first, last


def _block(document: Document, given: Mapping[str, Any], lines: list[str], wanted: Wanted) -> tuple[list[str], Tally]:
    places = [(path[1], place) for path, place in document.keys.items() if len(path) == 2 and path[0] == KEY]
    indent = " " * (places[0][1].column - 1 if places else 2)
    old = _old_texts(document, given, lines)
    texts, tally = _texts(old, given, wanted, indent + "  ")
    fresh = {
        "into": [f"{indent}into: {wanted.into}"],
        "arrangement": [f"{indent}arrangement: {wanted.arrangement}"],
        "translator": [
            f"{indent}translator:",
            *(f"{indent}  {name}: {_quoted(said)}" for name, said in wanted.translator.items()),
        ],
        "of": [f"{indent}of: {digest_of(wanted.words)} # the words translated"],
        "texts": [f"{indent}texts: # each below the words it translates", *texts],
    }
    first, last = _span(document, lines)
    starts = sorted((place.line - 1, str(name)) for name, place in places)
    made = [f"{KEY}:"] if not places else [_bare(each) for each in lines[first : starts[0][0]]]
    for number, (start, name) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else last
        own = [_bare(each) for each in lines[start:end]]
        made += fresh[name] if name in ("of", "texts") else own
    for name, each in fresh.items():
        if name not in given:
            made += each
    return made, tally


def _old_texts(document: Document, given: Mapping[str, Any], lines: list[str]) -> dict[str, _Old]:
    texts = given.get("texts")
    if not isinstance(texts, dict):
        return {}
    starts = {path: document.keys[(KEY, "texts", path)].line - 1 for path in texts}
    ends = sorted([*starts.values(), _span(document, lines)[1]])
    found = {}
    for path, start in starts.items():
        above = list(_above(lines, start))
        end = next((each for each in ends if each > start), start + 1)
        own = [_bare(each) for each in lines[start:end]]
        while len(own) > 1 and re.match(r"\s*(#|$)", own[-1]):  # the comments of the next text
            own.pop()
        sources = [each.strip().removeprefix(SOURCE).strip() for each in above if each.strip().startswith(SOURCE)]
        said = texts[path] if isinstance(texts[path], str) else ""
        notes = tuple(_bare(each) for each in above if not each.strip().startswith(SOURCE))
        found[path] = _Old(said, _paragraphs(sources) if sources else None, tuple(own), notes)
    return found


def _above(lines: list[str], start: int) -> Iterator[str]:
    """The comment lines right above a line, in order."""
    first = start
    while first and re.match(r"\s+#", lines[first - 1]):
        first -= 1
    yield from lines[first:start]


def _texts(old: Mapping[str, _Old], given: Mapping[str, Any], wanted: Wanted, indent: str) -> tuple[list[str], Tally]:
    tally, made, used = Tally(), [], set()
    whole = given.get("of") == digest_of(wanted.words)
    by_source = {_squeezed(each.source): path for path, each in old.items() if each.source and each.text[:4] != "TODO"}
    for path, source in {**wanted.words, **wanted.names}.items():
        mine = old.get(path)
        valid = mine is not None and (whole if mine.source is None else _squeezed(mine.source) == _squeezed(source))
        moved = by_source.get(_squeezed(source))
        if mine is not None and valid:
            if mine.text.startswith(CHANGED):
                tally.changed.append(path)
            elif mine.text == "TODO":
                tally.new.append(path)
            else:
                tally.kept += 1
            used.add(path)
            entry, notes = list(mine.lines), mine.notes
        elif moved is not None:
            tally.kept += 1
            used.add(moved)
            entry, notes = _entry(path, old[moved].text, indent), old[moved].notes
        elif mine is not None and mine.text and mine.text != "TODO":
            tally.changed.append(path)
            used.add(path)
            entry, notes = _entry(path, f"{CHANGED} {_unmarked(mine.text)}", indent), mine.notes
        else:
            used.add(path)
            tally.new.append(path)
            entry, notes = _entry(path, source if path in wanted.names else "TODO", indent), mine.notes if mine else ()
        made += [*_commented(source, indent), *notes, *entry]
    tally.dropped = [path for path in old if path not in used]
    return made, tally


def _entry(path: str, text: str, indent: str) -> list[str]:
    """A text by its path: on the line itself, or as a block where it is long or has paragraphs."""
    if "\n" not in text and len(indent) + len(path) + len(text) + 4 <= WIDEST:
        return [f"{indent}{path}: {text if text == 'TODO' else _quoted(text)}"]
    return [f"{indent}{path}: |", *(f"{indent}  {each}".rstrip() for each in _wrapped(text, WIDEST - len(indent) - 2))]


def _commented(source: str, indent: str) -> list[str]:
    return [f"{indent}{SOURCE} {each}".rstrip() for each in _wrapped(source, WIDEST - len(indent) - 3)]


def _wrapped(text: str, width: int) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ""
        yield from textwrap.wrap(" ".join(paragraph.split()), width, break_long_words=False, break_on_hyphens=False)


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _squeezed(text: str | None) -> str:
    """A text without its line ends, its paragraphs apart."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", (text or "").strip())]
    return "\n\n".join(part for part in parts if part)


def _unmarked(text: str) -> str:
    return text.removeprefix(CHANGED).strip()


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"TODO( #.*)?", text) else json.dumps(text, ensure_ascii=False)


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


def _prove(before: Document, written: str) -> None:
    """The rest of the draft says what it said. Raises AssertionError: a bug of ours, and nothing is saved."""
    after = parse(written.replace("\r\n", "\n").replace("\r", "\n")).value
    if {name: each for name, each in after.items() if name != KEY} != {
        name: each for name, each in before.value.items() if name != KEY
    }:
        raise AssertionError("the block would change what stands around it")
