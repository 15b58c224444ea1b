"""How a provision is written: "Articles 18(15)(d) and 18(17) of the Convention"; nothing where no rule gives one."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

SPLIT = re.compile(r"\s*(?:,|;|\band\b)\s*")
LEAD = re.compile(r"^(articles?|arts?\.?|clauses?|cls?\.?|paragraphs?|paras?\.?)\s+(?=\S)", re.IGNORECASE)
NUMBER = re.compile(r"^(?:\d|\(|[A-Z]{2,}\.\d|[IVXLC]+\b)")
SEVERAL = re.compile(r"^[\w.]+(?:-|–| to )\d")
"""A range of whole articles; 15(2)-(3) is one article."""
BESIDE = re.compile(r"\s*\(Convention [^()]*(?:\([^()]*\)[^()]*)*\)")
"""What a protocol's article amends: for the house, not for a letter that cites the protocol."""
KINDS = {"a": ("Article", "art."), "c": ("Clause", "cl."), "p": ("Paragraph", "para.")}


class Provision(NamedTuple):
    """Provisions of one instrument, as they are printed one after the other."""

    pieces: tuple[str, ...]
    """E.g. Articles 18(15)(d), then 18(17): none of them is broken across lines."""
    of: str
    """The instrument, e.g. the Convention; empty where it need not be named."""


def pieces_of(article: str) -> list[str]:
    """The numbers of an article as law files write it: "art. 2(b), 3(1)" has two; an annex keeps its word."""
    return [part for part in SPLIT.split(article.strip()) if part]


def bare(piece: str) -> str:
    """A piece without its word: the same provision, however it is written."""
    return LEAD.sub("", piece)


def plain(article: str) -> bool:
    """Whether it is made of numbers alone, so that it can stand before the instrument: article 18, not a phrase."""
    pieces = [LEAD.sub("", BESIDE.sub("", piece)) for piece in pieces_of(article)]
    return bool(pieces) and all(NUMBER.match(piece) and " " not in SEVERAL.sub("", piece) for piece in pieces)


def numbered(pieces: list[str], brief: bool) -> tuple[str, ...]:
    """The pieces with the word before the first number: Article or Articles, or art. in a document of the house."""
    kind, numbers, others = "a", list[str](), list[str]()
    for piece in pieces:
        lead = LEAD.match(piece)
        number = LEAD.sub("", piece if brief else BESIDE.sub("", piece))
        if not NUMBER.match(number):
            others.append(piece if brief else piece[:1].upper() + piece[1:])
            continue
        kind = lead[0][0].lower() if lead and not numbers else kind
        numbers.append(number)
    many = len(numbers) > 1 or any(SEVERAL.match(number) for number in numbers)
    word = KINDS[kind][1] if brief else KINDS[kind][0] + ("s" if many else "")
    return (*(f"{word} {number}" if place == 0 else number for place, number in enumerate(numbers)), *others)


def provisions(law: Mapping[str, JsonValue], topics: tuple[str, ...], of: bool | str, brief: bool) -> list[Provision]:
    """The provisions of these topics: by instrument, the governing first, none twice; a topic without one is left out.

    Args:
        law: what law_view.law_of made; its `cite` holds the topics.
        topics: words of the law data, e.g. use_limitation.
        of: whether to name the governing instrument too, or "title" to give every instrument its title; any other than
            the governing one is always named.
        brief: "art." and short names, for documents of the house.
    """
    cite = law["cite"]
    given = [each for topic in topics if isinstance(cite, dict) and isinstance(each := cite.get(topic), dict)]
    found: dict[str, list[str]] = {}
    for each in sorted(given, key=lambda each: not each["governing"]):
        name = each["short" if brief else "titled" if of == "title" else "called"]
        named = str(name) if of or not each["governing"] else ""
        pieces = found.setdefault(named, [])
        pieces += [piece for piece in pieces_of(str(each["article"])) if bare(piece) not in map(bare, pieces)]
    return [Provision(numbered(pieces, brief), named) for named, pieces in found.items() if pieces]


def shortly(short: str, article: str) -> str:
    """An instrument and its article in a document of the house: UNTOC art. 18(20)."""
    return f"{short} {', '.join(numbered(pieces_of(article), brief=True))}"


def cited(law: Mapping[str, JsonValue], *topics: str, of: bool | str = False, brief: bool = False) -> list[Provision]:
    """For templates, as a filter: law|cited("procedure", "execution", of=true)."""
    return provisions(law, topics, of, brief)
