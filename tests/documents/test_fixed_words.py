"""Documents made in several languages hold no word that a translator cannot reach."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import TypeVar

import pytest
from jinja2 import Environment, nodes

from rogatory.adapters import pages
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.wording_catalogues import Wording
from rogatory.documents.languages import LANGUAGES
from rogatory.documents.views import sheet
from schemas.documents import DocumentType
from tests.documents.dossiers import case_of, order
from tests.documents.sections import ROOT, SECTIONS, Sections, variants

JINJA = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True)
LOOKED_UP = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
ALIKE = frozenset({"VERIFY.txt", "rogatory verify PACKAGE", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", " UTC"})
"""What is written the same in every language."""
PHRASE = re.compile(r"^[A-Z][a-z]+|[^\W\d_] [^\W\d_]")
"""A literal that is wording and no code: it begins with a capital, or holds two words."""
MARKUP = re.compile(r"<style>.*?</style>|<!--.*?-->|<[^>]*>|&\w+;|SHA-256", re.DOTALL)
NAMED = re.compile(r'\b(?:alt|title|aria-label)="([^"\0]*[^\W\d_][^"\0]*)')
WORD = re.compile(r"[^\W\d_]{2,}")
N = TypeVar("N", bound=nodes.Node)
Part = tuple[str, str]
"""A file, and a macro of it or the empty name for what stands outside macros."""


def several() -> list[str]:
    """The files of the documents that are made in more than one language, and the sections that letters take in."""
    kinds = load_catalogue().documents
    own = [f"{name}/all.html.j2" for name, kind in kinds.items() if len(kind.languages) > 1]
    sections = [path.relative_to(ROOT).as_posix() for path in (ROOT / "measures").rglob("all.html.j2")]
    every = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/all.html.j2")]
    return sorted({*own, *sections, *every})


def wording(body: list[nodes.Node]) -> list[str]:
    """The words of a part of a template that no catalogue is asked for: printed text, attributes, literals."""
    text = "\0".join(each.data for each in _all(body, nodes.TemplateData))
    found = WORD.findall(MARKUP.sub(" ", text)) + NAMED.findall(text)
    found += [str(each.value) for node in body for each in _literals(node) if PHRASE.search(str(each.value))]
    return [each for each in found if each not in ALIKE]


def _literals(node: nodes.Node) -> Iterator[nodes.Const]:
    """Literals that may reach the page: none that is looked up, compared with, or names a template or a field."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in LOOKED_UP:
        for argument in node.kwargs:
            yield from _literals(argument)
        return
    if isinstance(node, nodes.Compare | nodes.Include | nodes.Import | nodes.Extends):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node
    for child in node.iter_child_nodes():
        yield from _literals(child)


@cache
def parts(file: str) -> dict[str, list[nodes.Node]]:
    """The body of each macro of a file, and of what stands outside them."""
    tree = JINJA.parse((ROOT / file).read_text(encoding="utf-8"))
    macros: dict[str, list[nodes.Node]] = {
        each.name: [*each.body] for each in tree.body if isinstance(each, nodes.Macro)
    }
    return macros | {"": [each for each in tree.body if not isinstance(each, nodes.Macro)]}


def reached(start: list[str]) -> set[Part]:
    """The parts a document takes in: its own file, those it extends, the macros it calls, own or imported."""
    waiting: list[Part] = [(file, "") for file in start]
    seen: set[Part] = set()
    while waiting:
        file, name = waiting.pop()
        if (file, name) in seen:
            continue
        seen.add((file, name))
        known = parts(file)
        aliases = {each.target: _named(each.template) for each in _all(known[""], nodes.Import)}
        aliases.setdefault("blocks", "_macros/blocks.html.j2")  # the layout imports it for every document
        body = known[name]
        waiting += [(_named(each.template), "") for each in _all(body, nodes.Extends)]
        waiting += [(file, each.name) for each in _all(body, nodes.Name) if each.name in known]
        waiting += [
            (aliases[each.node.name], each.attr)
            for each in _all(body, nodes.Getattr)
            if isinstance(each.node, nodes.Name) and each.node.name in aliases
        ]
    return seen


def _named(template: nodes.Expr) -> str:
    assert isinstance(template, nodes.Const)
    return str(template.value)


def _all(body: list[nodes.Node], kind: type[N]) -> Iterator[N]:
    for node in body:
        if isinstance(node, kind):
            yield node
        yield from node.find_all(kind)


PARTS = sorted(reached(several()))


def test_what_is_looked_at() -> None:
    assert ("_macros/measures.html.j2", "identifiers") in PARTS
    assert ("_layout/base.html.j2", "") in PARTS
    assert ("_macros/blocks.html.j2", "facts") in PARTS
    assert ("letter_of_request/all.html.j2", "") in PARTS


@pytest.mark.parametrize(("file", "macro"), PARTS)
def test_every_fixed_word_is_looked_up(file: str, macro: str) -> None:
    assert wording(parts(file)[macro]) == []


@pytest.mark.parametrize(
    ("template", "bare"),
    [
        ("<p>Seized</p>", ["Seized"]),
        ('<p class="n">{% trans %}Seized on {{ day }}.{% endtrans %}</p>', []),
        ('{{ facts([[_("Held by"), holder]]) }}', []),
        ('{{ facts([["Held by", holder]]) }}', ["Held by"]),
        ('{{ _("Held by %(name)s", name=name or "nobody at all") }}', ["nobody at all"]),
        ('{{ "yes please" if code == "two words" else code|words }}', ["yes please"]),
        ('<img alt="Emblem of {{ state }}">', ["Emblem of "]),
        ("<b{% if x %} class='y'{% endif %}>.</b>", []),
    ],
)
def test_a_bare_word_is_found(template: str, bare: list[str]) -> None:
    assert wording([*JINJA.parse(template).body]) == bare


class Bracketed(Wording):
    """A language in which every message is the English between brackets; what is put into a message stays outside."""

    def gettext(self, message: str) -> str:
        return "".join(
            part if part.startswith("%(") else f"⟦{part}⟧" for part in re.split(r"(%\(\w+\)s)", message) if part
        )

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.gettext(singular if count == 1 else plural)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def term(self, label: str) -> str:
        return f"⟦{label}⟧"


def words_left(page: str) -> list[str]:
    """English words of a page that are neither looked up nor marked."""
    text = MARKED.sub("|", page).replace("⟦CONFIDENTIAL|", "|")  # the running head cuts it
    return re.findall("[A-Za-z]{2,}", re.sub("⟦[^⟦⟧]*⟧|SHA-256", "", unescape(text)))


MARKED = re.compile(
    r'<head>.*?</head>|<div class="to">.*?</div>'  # an address is written as the post wants it
    r'|<span lang="en" dir="ltr">[^<]*</span>|<bdi[^>]*>[^<]*</bdi>|<(\w+) class="mono"[^>]*>[^<]*</\1>|<[^>]*>',
    re.DOTALL,
)
"""What is the user's, marked with its language; references and digests; tags."""
SEVERAL = (
    DocumentType.LETTER_OF_REQUEST,
    DocumentType.PROVISIONAL_ARREST_REQUEST,
    DocumentType.EXTRADITION_REQUEST,
    DocumentType.STATEMENT_OF_OFFENCES,
    DocumentType.LAW_CERTIFICATE,
    DocumentType.TRANSMITTAL_LETTER,
    DocumentType.ACKNOWLEDGEMENT,
    DocumentType.STATUS_QUERY,
    DocumentType.EVIDENCE_INVENTORY,
    DocumentType.CUSTODY_FORM,
    DocumentType.SIGN_OFF_CERTIFICATE,
)


@pytest.fixture(scope="module")
def bracketed() -> Iterator[pages.Pages]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "wording_of", lambda language, folder: Bracketed(language, {}, lambda count: 0))
        yield pages.Pages(ROOT)


@pytest.fixture(scope="module")
def sections(bracketed: pages.Pages, tmp_path_factory: pytest.TempPathFactory) -> Sections:
    return Sections(tmp_path_factory.mktemp("sections"))


@pytest.mark.parametrize("document", SEVERAL)
def test_no_english_word_comes_from_the_views(document: DocumentType, bracketed: pages.Pages) -> None:
    """Rendered in another language, all words are looked up, or marked as the user's or as the law's English."""
    catalogue = load_catalogue()
    kind = catalogue.of(document).model_copy(update={"languages": LANGUAGES})
    catalogue = catalogue.model_copy(update={"documents": catalogue.documents | {document: kind}})
    page = sheet(order(document).model_copy(update={"language": "ru"}), case_of(document), catalogue)
    assert words_left(bracketed.html(page)) == []


@pytest.mark.parametrize("type_", SECTIONS)
def test_no_english_word_comes_with_a_measure(type_: str, sections: Sections) -> None:
    for details in variants(type_):
        assert words_left(sections.html(type_, details, "ru")) == []
