"""What stands in the cells of a schedule: lines of text, each with its style and direction, as schedule.typ takes them.

Every text is legible (characters.py), on one line, and can be broken: a name of ten thousand letters without a space
stays in its column. A text that runs the other way than the document says so, so that "report (1).pdf" is no puzzle in
an Arabic table.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import JsonValue

from rogatory.adapters.characters import spelled
from rogatory.adapters.faces import families_for
from rogatory.adapters.wording_catalogues import wording_of
from rogatory.documents.languages import direction, filters_of

Line = list[str]
"""Style (plain is empty; mute, bad, mono), direction where it is not the document's, text."""
Cell = list[Line]
Facts = Mapping[str, JsonValue]
BREAK = "\u200b"
"""A place where a line may end; it has no width and no sign."""
LONG = re.compile(r"(?:[^\s\u2e80-\u9fff\uac00-\ud7a3\u200b-]|-(?=\d)){19,}")
"""What has no place to break a line in a column of 40 mm: a hyphen before a figure is none (UAX 14, LB25); Chinese and
Korean may be broken anywhere."""
PIECE = 6
WHOLE = 1_500
"""Characters of a row that is not parted between pages: a third of a page."""
HALF = 32
"""Hexadecimal digits on one line of a digest."""


def families(text: str) -> tuple[str, ...]:
    """The families beyond the Latin ones that a text needs, in the order of fonts.css."""
    return families_for(text)


class Setter:
    """Sets the cells of one document in one language."""

    def __init__(self, language: str, words_language: str, words: Mapping[str, str], root: Path) -> None:
        self._words, self._turned = words, direction(language)
        self._filters = filters_of(language, wording_of(language, root / "locale").gettext)
        self._own = direction(words_language)
        self._short = lru_cache(maxsize=4096)(self._line)  # parties and types stand in every row

    def head(self, head: dict[str, JsonValue]) -> dict[str, JsonValue]:
        """What stands around the table: its texts legible, its facts and the drafter's words as cells."""
        legible = {name: spelled(value) if isinstance(value, str) else value for name, value in head.items()}
        facts = head["facts"]
        assert isinstance(facts, list)
        cells: list[JsonValue] = []
        for fact in facts:
            assert isinstance(fact, list)
            label, style, value = map(str, fact)
            cells.append([label, self._fact(style, value)])
        contact = head["contact"]
        assert isinstance(contact, list)
        return legible | {
            "facts": cells,
            "subject": _plain([self._line("", str(head["subject"]))]),
            "contact": _plain([self._line("", str(line)) for line in contact]),
            "data": {"json": _digits(str(facts[-2][-1])) if isinstance(facts[-2], list) else ""},
        }

    @staticmethod
    def attached(about: JsonValue) -> list[JsonValue]:
        """The files embedded in part 1."""
        assert isinstance(about, dict)
        return [
            {
                "name": "rows.json",
                "input": "json",
                "relationship": "source",
                "type": "application/json",
                "about": about["json"],
            },
            {"name": "rows.csv", "input": "csv", "relationship": "data", "type": "text/csv", "about": about["csv"]},
        ]

    def row(self, table: str, number: int, row: Facts) -> list[JsonValue]:
        """Whether the row stays whole at the end of a page, and its cells."""
        cells = self._event(row) if table == "custody" else self._item(number, row)
        letters = sum(len(text) for cell in cells for _, _, text in cell)
        return [letters < WHOLE, *(_plain(cell) for cell in cells)]

    def _item(self, number: int, row: Facts) -> list[Cell]:
        words = self._words
        name: Cell = [self._line("", _text(row, "name"))]
        if description := _text(row, "description"):
            name.append(self._line("mute", description))
        if source := _text(row, "source"):
            name.append(self._line("mute", words["source"].replace("{source}", source)))
        digest = _mono(_text(row, "sha256"))
        comparison = _text(row, "comparison")
        digest.append(["bad" if comparison == "different" else "mute", "", words[comparison]])
        if comparison == "different":
            digest += _mono(_text(row, "declared_sha256"))
        return [
            [["mute", "", self._amount(number)]],
            [self._across(_text(row, "item"))],
            name,
            [self._across(_text(row, "measure"))],
            [["", "", self._amount(row["size"])], self._across(_text(row, "media_type"), "mute")],
            digest,
        ]

    def _event(self, row: Facts) -> list[Cell]:
        words = self._words
        item: Cell = [self._across(_text(row, "item"))]
        if row["first"]:
            item.append(self._line("mute", _text(row, "name")))
        item.append(["", "", words[_text(row, "event")]])
        item.append(["mute", "", str(self._filters["moment"](row["at"]))])
        if row["gap"]:
            item.append(["bad", "", words["gap"]])
        signed: Cell = [["mute", "", words["statement"]], *_mono(_text(row, "statement_sha256"))]
        if digest := _text(row, "digest_sha256"):
            signed += [["mute", "", words[_text(row, "digest_is")]], *_mono(digest)]
        return [[["", "", self._amount(row["line"])]], item, self._parties(row), signed]

    def _parties(self, row: Facts) -> Cell:
        """From whom to whom, who signed, and why."""
        words, cell = self._words, Cell()
        giver, taker, by = (self._party(_text(row, name)) for name in ("from", "to", "by"))
        if giver and giver != taker:
            for label, party in ((words["from"], giver), (words["to"], taker)):
                signs = f" {words['signs']}" if party == by else ""
                cell.append(self._short("", f"{label} {party}{signs}"))
        elif giver and giver == by:
            cell.append(["mute", "", words["by-hand"]])
        elif giver:
            cell.append(self._short("", words["sent"].replace("{party}", giver)))
        if giver == taker or by not in {giver, taker}:
            cell.append(self._short("", f"{words['signed']} {by}"))
        if reason := _text(row, "reason"):
            cell.append(self._line("", f"{words['reason']} {reason}"))
        return cell

    def _party(self, said: str) -> str:
        """Name and post; the service that acts for the authority has neither."""
        return self._words["service"] if said == "service" else said

    def _fact(self, style: str, value: str) -> list[JsonValue]:
        if style == "mono":
            return [["mono", "", _digits(value)]]
        if style == "ref":
            return [[*self._across(value)]]
        return [["", "", spelled(value)]]

    def _line(self, style: str, text: str) -> Line:
        said = spelled(" ".join(text.split()))
        turn = _direction(said)
        return [style, "" if turn == self._turned else turn, _broken(said)]

    def _across(self, text: str, style: str = "") -> Line:
        """A reference or the like: from left to right wherever it stands."""
        return [style, "" if self._turned == "ltr" else "ltr", _broken(spelled(text))]

    def _amount(self, value: object) -> str:
        return str(self._filters["amount"](value))


def _plain(cell: Cell) -> list[JsonValue]:
    return [[*line] for line in cell]


def _text(row: Facts, name: str) -> str:
    return str(row.get(name) or "")


def _mono(digest: str) -> Cell:
    """A digest in two lines."""
    digits = _digits(digest)
    return [["mono", "", f"{digits[:HALF]}\n{digits[HALF:]}"]]


def _digits(digest: str) -> str:
    return digest.removeprefix("sha256:")


def _broken(text: str) -> str:
    """The text with places to break it wherever it has none for the width of a column."""
    if len(text) < 19:
        return text
    return LONG.sub(lambda found: BREAK.join(_pieces(found[0])), text)


def _pieces(word: str) -> list[str]:
    """PIECE letters each, or more where a mark belongs to the letter before it."""
    pieces, start = [], 0
    for place in range(1, len(word)):
        if place - start >= PIECE and not unicodedata.combining(word[place]):
            pieces.append(word[start:place])
            start = place
    return [*pieces, word[start:]]


def _direction(text: str) -> str:
    """ltr or rtl, by the first character that has a direction; ltr where none has, as in a telephone number."""
    for char in text:
        strong = unicodedata.bidirectional(char)
        if strong == "L":
            return "ltr"
        if strong in {"R", "AL"}:
            return "rtl"
    return "ltr"
