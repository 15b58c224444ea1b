"""The editable copy of a letter: the words and numbers of the PDF, marked as what it is, and nothing that acts."""

import io
import re
import time
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document
from lxml import etree
from pydantic import JsonValue

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.docx_letter import Mark, word_document
from rogatory.adapters.docx_runs import LEFT_TO_RIGHT_MARK, W
from rogatory.adapters.pages import Pages
from rogatory.adapters.pdf import WeasyPrintRenderer, legible
from rogatory.documents.views import sheet
from rogatory.letter_copies import word_copy
from schemas.documents import DocumentType, Sheet
from tests.documents.conftest import Reader
from tests.documents.dossiers import SEALED, case_of, order, sheet_of

DIGEST = "4f" * 32
DATED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LETTERS = [
    DocumentType.LETTER_OF_REQUEST,
    DocumentType.PROVISIONAL_ARREST_REQUEST,
    DocumentType.EXTRADITION_REQUEST,
]
LETTERED = re.compile(r"^\([a-z]\)(?=\S)")
TEMPLATES = Path(__file__).parents[2] / "templates"


def q(name: str) -> str:
    return f"{{{W}}}{name}"


def squashed(text: str) -> str:
    return re.sub(rf"[\s{LEFT_TO_RIGHT_MARK}]+", "", text)


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(f"word/{name}.xml"))


def text_of(paragraph: etree._Element) -> str:
    """What a reader sees of a paragraph, with the numbers of its notes."""
    said = []
    for each in paragraph.iter():
        if each.tag == q("t"):
            said.append(each.text or "")
        elif each.tag == q("br"):
            said.append("\n")
        elif each.tag == q("footnoteReference"):
            said.append(each.get(q("id")) or "")
    return "".join(said)


def lines_of(content: bytes) -> list[str]:
    """Every paragraph with its number, counted as Word counts: by the styles and the lists it belongs to."""
    sections: Counter[str] = Counter()
    paragraphs: Counter[str] = Counter()
    lists: Counter[str] = Counter()
    lettered = {each.get(q("numId")) for each in part(content, "numbering").iter(q("num")) if _abstract(each) == "1"}
    lines = []
    for paragraph in part(content, "document").iter(q("p")):
        style = next((each.get(q("val")) for each in paragraph.iter(q("pStyle"))), "Normal")
        member = next((each.get(q("val")) or "" for each in paragraph.iter(q("numId"))), "")
        label = ""
        if style == "Heading2":
            sections[member] += 1
            paragraphs[member] = 0
            label = f"{sections[member]}."
        elif style == "Numbered":
            paragraphs[member] += 1
            label = f"{sections[member]}.{paragraphs[member]}"
        elif member in lettered:
            lists[member] += 1
            label = f"({chr(96 + lists[member])})"
        lines.append(label + text_of(paragraph))
    return lines


def _abstract(number: etree._Element) -> str:
    found = number.find(q("abstractNumId"))
    return found.get(q("val")) or "" if found is not None else ""


@pytest.mark.parametrize("document", [LETTERS[0], LETTERS[2]])
def test_it_says_what_the_pdf_says(document: DocumentType, renderer: WeasyPrintRenderer, reader: Reader) -> None:
    page = sheet_of(document)
    content = word_copy(page, DIGEST)
    left = squashed(re.sub(r"Page \d+ of \d+\n", "", reader.text(renderer.render(page).pdf, "-raw")))
    running = [each.text for each in opened(content).sections[0].header.paragraphs[1:]]
    running += opened(content).sections[0].footer.paragraphs[0].text.split("\n")
    for said in sorted(running, key=len, reverse=True):
        left = left.replace(squashed(said), "")
    notes = part(content, "footnotes").findall(q("footnote"))
    for number, note in enumerate(notes[2:], 1):
        said = f"{number}{squashed(text_of(note))}"
        assert said in left
        left = left.replace(said, "", 1)
    lines = lines_of(content)
    points = [line[:3] for line in lines if LETTERED.match(line)]  # poppler reads them at the end of their page
    for line in sorted((squashed(LETTERED.sub("", each)) for each in lines), key=len, reverse=True):
        if "Nosignaturehere" not in line:
            at = left.casefold().find(line.casefold())  # capitals of the style sheet
            assert at >= 0, line
            left = left[:at] + left[at + len(line) :]
    for point in points:
        assert point in left
        left = left.replace(point, "", 1)
    for row in part(content, "document").iter(q("tr")):
        if row.find(f".//{q('tblHeader')}") is not None:  # repeated on a page the table goes on to
            left = left.replace(squashed("".join(text_of(each) for each in row.iter(q("p")))), "")
    # What the copy leaves out: how the PDF is verified.
    assert left.startswith("Verifythisdocument")
    assert len(left) < 250


def test_headings_tables_and_styles_are_words_own() -> None:
    made = opened(word_copy(sheet_of(DocumentType.LETTER_OF_REQUEST), DIGEST))
    styles = Counter(paragraph.style.name for paragraph in made.paragraphs if paragraph.style)
    assert styles["Heading 1"] == 1
    assert styles["Heading 2"] == 11
    assert styles["Numbered paragraph"] > 30
    assert styles["Quote"] == 2
    accounts = next(table for table in made.tables if table.cell(0, 1).text == "Account")
    head = accounts.rows[0]._tr
    assert head.find(f".//{q('tblHeader')}") is not None
    assert accounts.rows[0].cells[1].paragraphs[0].runs[0].bold
    assert not accounts.rows[1].cells[1].paragraphs[0].runs[0].bold


def test_every_page_and_the_properties_say_what_it_is() -> None:
    page = sheet_of(DocumentType.LETTER_OF_REQUEST)
    made = opened(word_copy(page, DIGEST))
    section = made.sections[0]
    assert not section.different_first_page_header_footer
    assert section.header.paragraphs[0].text.startswith("NOT THE ORIGINAL")
    assert DIGEST in section.header.paragraphs[0].text
    about = made.core_properties
    assert about.title.startswith("NOT THE ORIGINAL: Letter of Request")
    assert about.content_status == "Not the original"
    assert DIGEST in about.subject
    assert about.created == about.modified == page.dated
    draft = opened(word_copy(sheet_of(DocumentType.LETTER_OF_REQUEST, draft=True), None))
    assert draft.sections[0].header.paragraphs[0].text.startswith("DRAFT")
    assert draft.core_properties.content_status == "Draft"
    assert any(paragraph.text == "[Not signed.]" for paragraph in draft.paragraphs)


def test_nothing_in_it_acts_or_points_outside() -> None:
    content = word_copy(sheet_of(DocumentType.LETTER_OF_REQUEST), DIGEST)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        texts = {name: package.read(name).decode() for name in names}
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "vba" in name.lower() or "embed" in name or "media" in name]
    for name, text in texts.items():
        assert "TargetMode" not in text, name
        assert "HYPERLINK" not in text, name
        assert "INCLUDE" not in text, name
        assert not any(sealed in text for sealed in SEALED)
    made = opened(content)
    assert not any(each.is_external for each in made.part.rels.values())


def test_the_same_sheet_gives_the_same_bytes() -> None:
    page = sheet_of(DocumentType.PROVISIONAL_ARREST_REQUEST)
    assert word_copy(page, DIGEST) == word_copy(page, DIGEST)
    assert word_copy(page, DIGEST) != word_copy(page, None)


def test_fonts_have_one_that_takes_their_place() -> None:
    content = word_copy(sheet_of(DocumentType.LETTER_OF_REQUEST), DIGEST)
    fonts = {font.get(q("name")): font.find(q("altName")) for font in part(content, "fontTable")}
    named = set()
    for name in ("styles", "numbering", "document"):
        for each in part(content, name).iter(q("rFonts")):
            named |= set(each.attrib.values())
    assert named == set(fonts)
    assert all(other is not None for other in fonts.values())


def in_two(document: DocumentType, arrangement: str) -> Sheet:
    """A letter and its translation, here into the same language, so that every line must be there twice."""
    page = sheet_of(document)
    told: dict[str, JsonValue] = {"translation_of": "fr", "arrangement": arrangement}
    other = page.model_copy(update={"context": page.context | told})
    return page.model_copy(update={"translation": other, "arrangement": arrangement})


@pytest.mark.parametrize("arrangement", ["after", "parallel"])
def test_a_translation_counts_for_itself(arrangement: str, renderer: WeasyPrintRenderer, reader: Reader) -> None:
    document = DocumentType.PROVISIONAL_ARREST_REQUEST
    page = in_two(document, arrangement)
    content = word_copy(page, DIGEST)
    once = [squashed(line) for line in lines_of(word_copy(sheet_of(document), DIGEST)) if line]
    twice = [squashed(line) for line in lines_of(content)]
    numbered = [line for line in once if re.match(r"\d+\.", line)]
    assert len(numbered) > 15
    assert all(twice.count(line) == 2 * once.count(line) for line in numbered)
    printed = squashed(reader.text(renderer.render(page).pdf, "-raw"))
    for label in (re.match(r"\d+\.\d+", line) for line in numbered):
        assert label is None or printed.count(label[0]) >= 2
    kinds = [each.get(q("val")) for each in part(content, "document").iter(q("tblStyle"))]
    assert ("Beside" in kinds) == (arrangement == "parallel")
    assert (part(content, "document").find(f".//{q('pageBreakBefore')}") is None) == (arrangement == "parallel")
    assert "Translation" in "".join(lines_of(content))


PAGE = """<html lang="ar" dir="rtl"><head><title>خطاب</title></head><body>
<div class="rhead"><span>وزارة العدل</span><b>سري</b></div>
<div class="rfoot"><span>أسفل</span><span class="pg"></span></div>
<h1>خطاب الطلب</h1><h2>السلطة</h2>
<p class="n">المادة <bdi dir="ltr" class="ref">18(3)(b)</bdi> من <em>الاتفاقية</em>.<span class="fn">حاشية</span></p>
<p class="n"><span lang="en" dir="ltr">The accused &amp; others</span></p>
<blockquote lang="fr" dir="ltr"><p>Quiconque\u202f: «\u00a0texte\u00a0»</p></blockquote>
<ol class="alpha"><li>أولا؛</li><li>ثانيا.</li></ol><ol class="alpha"><li>ثالثا.</li></ol>
<table><caption>جدول</caption><colgroup><col style="width:20mm"><col></colgroup>
<thead><tr><th scope="col">رقم</th><th scope="col">وصف</th></tr></thead>
<tbody><tr><td colspan="2">س</td></tr></tbody></table>
<article>بين <p>داخل</p> بعد</article>
</body></html>"""


def runs(content: bytes, text: str) -> list[etree._Element]:
    return [each for each in part(content, "document").iter(q("r")) if text in text_of(each)]


def _language(run: etree._Element) -> dict[str, str]:
    found = run.find(f"{q('rPr')}/{q('lang')}")
    return {} if found is None else {str(name): str(value) for name, value in found.attrib.items()}


def test_right_to_left_is_set_by_paragraph_run_and_table() -> None:
    content = word_document(PAGE, Mark(DIGEST), DATED)
    document = part(content, "document")
    heading = next(each for each in document.iter(q("p")) if "خطاب" in text_of(each))
    assert heading.find(f"{q('pPr')}/{q('bidi')}") is not None
    run = runs(content, "المادة")[0]
    assert run.find(f"{q('rPr')}/{q('rtl')}") is not None
    assert _language(run) == {q("bidi"): "ar-SA"}
    reference = runs(content, "18(3)(b)")[0]
    assert reference.find(f"{q('rPr')}/{q('rtl')}") is None
    assert text_of(reference) == f"{LEFT_TO_RIGHT_MARK}18(3)(b){LEFT_TO_RIGHT_MARK}"
    assert document.find(f".//{q('bidiVisual')}") is not None
    assert document.find(f".//{q('sectPr')}/{q('bidi')}") is not None
    quote = next(each for each in document.iter(q("p")) if "Quiconque" in text_of(each))
    assert quote.find(f"{q('pPr')}/{q('bidi')}") is None
    assert text_of(quote) == "Quiconque\u202f: «\u00a0texte\u00a0»"


def test_each_run_has_its_language() -> None:
    content = word_document(PAGE, Mark(None), DATED)
    languages = {text_of(run): _language(run) for run in runs(content, "") if run.find(q("t")) is not None}
    assert all(languages.values())
    assert languages[f"{LEFT_TO_RIGHT_MARK}The accused & others{LEFT_TO_RIGHT_MARK}"] == {q("val"): "en-GB"}
    assert languages["Quiconque\u202f: «\u00a0texte\u00a0»"] == {q("val"): "fr-FR"}
    head = [each.text for each in opened(content).sections[0].header.paragraphs]
    assert head[:2] == ["DRAFT: an editable copy, not signed.", "مسودة: نسخة قابلة للتحرير وغير موقَّعة."]


def test_lists_begin_anew_and_nothing_between_blocks_is_lost() -> None:
    content = word_document(PAGE, Mark(DIGEST), DATED)
    lines = lines_of(content)
    assert [line for line in lines if line.startswith("(")] == ["(a)أولا؛", "(b)ثانيا.", "(a)ثالثا."]
    assert lines[-3:] == ["بين", "داخل", "بعد"]
    assert "حاشية" in text_of(part(content, "footnotes")[2])
    span = part(content, "document").find(f".//{q('gridSpan')}")
    assert span is not None
    assert span.get(q("val")) == "2"


def test_hostile_words_are_only_words() -> None:
    page = sheet_of(DocumentType.LETTER_OF_REQUEST)
    request = page.context["request"]
    assert isinstance(request, dict)
    words = "<w:r><w:t>no</w:t></w:r> ]]> &amp; {{ 7*7 }} INCLUDETEXT"
    told = page.model_copy(update={"context": page.context | {"request": request | {"facts": words}}})
    content = word_copy(told, DIGEST)
    assert words in [text_of(each) for each in part(content, "document").iter(q("p"))]
    raw = "<html lang='en'><body><p>a\x01b\x0b\x1b[31m \ufffe c</p></body></html>"
    assert opened(word_document(raw, Mark(None), DATED)).paragraphs[0].text.startswith("a")


def test_a_paragraph_of_a_megabyte_is_one_paragraph() -> None:
    long = "word " * 200_000
    began = time.process_time()
    content = word_document(f"<html lang='en'><body><p class='n'>{long}</p></body></html>", Mark(None), DATED)
    assert time.process_time() - began < 5
    assert len(opened(content).paragraphs[0].text) == len(long.strip())
    deep = "<div>" * 1000 + "bottom" + "</div>" * 1000
    content = word_document(f"<html lang='en'><body>{deep}</body></html>", Mark(None), DATED)
    assert "bottom" in opened(content).paragraphs[0].text


def test_no_word_of_the_html_is_dropped_but_by_name() -> None:
    catalogue, pages = load_catalogue(), Pages(TEMPLATES)
    letters = [(each, language) for each in LETTERS for language in catalogue.of(each).languages]
    assert len(letters) >= len(LETTERS)
    for document, language in letters:
        ordered = order(document).model_copy(update={"language": language})
        page = pages.html(legible(sheet(ordered, case_of(document), catalogue)))
        body = etree.fromstring(page, etree.HTMLParser()).find("body")
        assert body is not None
        for each in list(body.iter("div")):
            parent = each.getparent()
            if parent is not None and (each.get("class") or "") in {"verify", "rhead", "rfoot", "classif"}:
                parent.remove(each)
        wanted = Counter(" ".join(map(str, body.itertext())).split())
        content = word_document(page, Mark(DIGEST), DATED)
        texts = [*part(content, "document").iter(q("t")), *part(content, "footnotes").iter(q("t"))]
        there = "".join(squashed(each.text or "") for each in texts)
        assert len(wanted) > 200
        assert [word for word in wanted if squashed(word) not in there] == [], language
