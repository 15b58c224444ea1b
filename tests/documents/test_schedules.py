"""Schedules: every row is there, in order, as it is; nothing of a row is ever taken for anything but text."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.pages import RenderError
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.schedules import Limits, TypstSchedules
from rogatory.documents.dossier import Dossier
from rogatory.documents.schedule import (
    FIRST,
    LETTERS,
    PART,
    MadePart,
    MadeSchedule,
    border_passed,
    data_of,
    parts_of,
    rows_of,
    settled,
    shortened,
)
from rogatory.documents.schedule_csv import BYTE_ORDER_MARK, csv_of, safe
from rogatory.documents.views import sheet
from schemas.documents import DocumentType, Part, RenderedPdf, Sheet
from tests.documents.conftest import Reader
from tests.documents.dossiers import MANIFEST, REFERENCE, case_of, order, sheet_of
from tests.documents.every import sheet_in
from tests.documents.test_evidence_documents import many

EVIDENCE, CUSTODY = DocumentType.EVIDENCE_SCHEDULE, DocumentType.CUSTODY_SCHEDULE
TEMPLATE = Path(__file__).parents[2] / "templates" / "evidence_schedule" / "schedule.typ"
ROWS = 620
HOSTILE = (
    '#read("/etc/passwd") #eval("1+1")',
    "$ x^2 $ *bold* _thin_ `raw` <label> @ref // no comment",
    'back\\slash \\u{41} "] ) } #panic()',
    "</td><script>alert(1)</script>",
    '=HYPERLINK("http://203.0.113.9/?"&A1;"x")',
    "+1;=2+5\t@SUM(1)",
    "invoice\u202etxt.exe",
    "two\nlines\x00",
    "تقرير (1).pdf",
    "李示例 報告.pdf",
    "x" * 10_000,
)
"""Names of the first items: code, formulas, marks that turn or hide text, and one without end."""


def hostile(rows: int) -> Dossier:
    """A delivery of so many items, the first with the names above."""
    case = many(rows)
    manifest = case.manifests[MANIFEST]
    named = [item.model_copy(update={"name": name}) for item, name in zip(manifest.items, HOSTILE, strict=False)]
    items = (*named, *manifest.items[len(named) :])
    return case.model_copy(update={"manifests": {MANIFEST: manifest.model_copy(update={"items": items})}})


def schedule(document: DocumentType, case: Dossier, language: str = "en", *, draft: bool = False) -> Sheet:
    asked = order(document).model_copy(update={"language": language})
    return settled(sheet(asked, case, load_catalogue(), draft=draft))


class Made:
    """A schedule, and its parts."""

    def __init__(self, page: Sheet, of: TypstSchedules | None = None) -> None:
        self.page, self.maker = page, of or TypstSchedules()
        self.parts: list[tuple[Part, RenderedPdf]] = list(self.maker.parts(page))

    def pdf(self, number: int) -> bytes:
        return self.parts[number - 1][1].pdf


@pytest.fixture(scope="module")
def made() -> Made:
    return Made(schedule(EVIDENCE, hostile(ROWS)))


def embedded(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}


# what is cut


@pytest.mark.parametrize("rows", [0, 1, FIRST, FIRST + 1, FIRST + PART, FIRST + PART + 1, 10_000])
def test_every_row_is_in_one_part(rows: int) -> None:
    parts = parts_of([{"name": "statement.pdf"}] * rows)
    assert [n for part in parts for n in range(part.first, part.last + 1)] == list(range(1, rows + 1))
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) == 1 + -(-max(0, rows - FIRST) // PART)


def test_long_names_make_shorter_parts() -> None:
    parts = parts_of([{"name": "x" * 10_000, "size": 3}] * 500)
    assert max(part.last - part.first + 1 for part in parts) == LETTERS // 10_000
    assert parts[-1].last == 500


def test_a_row_longer_than_a_part_has_one_of_its_own() -> None:
    assert [(p.first, p.last) for p in parts_of([{"name": "x" * n} for n in (5, LETTERS + 1, 5)])] == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]


@pytest.mark.parametrize(
    ("document", "rows", "passed"),
    [
        (DocumentType.EVIDENCE_INVENTORY, 200, False),
        (DocumentType.EVIDENCE_INVENTORY, 201, True),
        (DocumentType.EVIDENCE_RECEIPT, 201, True),
        (DocumentType.DISCREPANCY_REPORT, 201, True),
        (DocumentType.CUSTODY_FORM, 100, False),
        (DocumentType.CUSTODY_FORM, 101, True),
    ],
)
def test_the_border(document: DocumentType, rows: int, passed: bool) -> None:
    long = load_catalogue().of(document).schedule
    assert long is not None
    assert border_passed(sheet_of(document, many(rows)), long.above) is passed


# what is read


def test_every_row_is_read_in_order(made: Made, reader: Reader) -> None:
    found: list[str] = []
    for part, rendered in made.parts:
        text = reader.text(rendered.pdf, "-raw")
        items = list(dict.fromkeys(re.findall(rf"{REFERENCE}-E\d+", text)))
        assert len(items) == part.last - part.first + 1
        found += items
    assert found == [row["item"] for row in rows_of(made.page)]


def test_every_digest_is_read(made: Made, reader: Reader) -> None:
    rows = rows_of(made.page)
    for part, rendered in made.parts:
        text = "".join(reader.text(rendered.pdf, "-raw").split())
        assert all(str(row["sha256"]) in text for row in rows[part.first - 1 : part.last])
    last = "".join(reader.text(made.pdf(len(made.parts)), "-raw").split())
    assert f"DIFFERENT;declaredwas:{rows[-1]['declared_sha256']}" in last


def test_each_page_says_what_it_belongs_to(made: Made, reader: Reader) -> None:
    digest = data_of(made.page).json_digest.removeprefix("sha256:")
    pages = reader.text(made.pdf(2)).split("\f")[:-1]
    assert len(pages) == made.parts[1][1].pages > 10
    for number, text in enumerate(pages, 1):
        words = " ".join(text.split())
        assert f"Page {number} of {len(pages)}" in words
        assert digest in words
        assert "No. Item Name, as sent Measure Bytes, and type SHA-256" in words
        assert number == 1 or f"Evidence Schedule · Part 2 of 3 · {REFERENCE}" in words
    assert "101 to 600 of 620" in " ".join(pages[0].split())


def test_a_name_stays_in_its_column(reader: Reader) -> None:
    """Also one whose hyphens stand before figures, where no line may end: "statements-2024-2026.csv"."""
    page = settled(sheet_in(EVIDENCE))
    assert "statements-2024-2026.csv" in [row["name"] for row in rows_of(page)]
    boxes = reader.text(Made(page).pdf(1), "-bbox")
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">', boxes)
    words = [tuple(map(float, box)) for box in found]
    assert len(words) > 100
    assert [
        (one, other)
        for one in words
        for other in words
        if one < other and one[1] == other[1] and one[0] < other[0] < one[2] - 0.5
    ] == []


def test_names_are_text_whatever_they_say(made: Made, reader: Reader) -> None:
    text = "".join(reader.text(made.pdf(1), "-raw").replace("\u200b", "").split())
    for name in HOSTILE[:6]:
        assert "".join(name.split()) in text
    assert "invoice[U+202E]txt.exe" in text
    assert "twolines[U+0000]" in text
    assert "root:" not in text
    assert text.count("x") > 10_000


def test_all_rows_travel_as_data(made: Made) -> None:
    files = embedded(made.pdf(1))
    assert set(files) == {"rows.json", "rows.csv"}
    data = json.loads(files["rows.json"])
    assert [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]] == rows_of(made.page)
    assert [row[2] for row in data["rows"][: len(HOSTILE)]] == list(HOSTILE)
    read = list(csv.DictReader(io.StringIO(files["rows.csv"].decode("utf-8-sig"), newline=""), strict=True))
    assert [(row["item"], row["sha256"]) for row in read] == [(r["item"], r["sha256"]) for r in rows_of(made.page)]
    assert not any(embedded(pdf.pdf) for _, pdf in made.parts[1:])


def test_the_digests_printed_are_those_of_the_data(made: Made, reader: Reader) -> None:
    text = reader.text(made.pdf(1))
    for content in embedded(made.pdf(1)).values():
        assert hashlib.sha256(content).hexdigest() in text


def test_a_part_is_made_within_its_memory(made: Made) -> None:
    assert max(made.maker.held) <= 150_000_000


def test_the_same_rows_give_the_same_bytes(made: Made) -> None:
    again = dict(TypstSchedules().parts(made.page, [1, 3]))
    assert {part.number: pdf.pdf for part, pdf in again.items()} == {1: made.pdf(1), 3: made.pdf(3)}


@pytest.mark.parametrize("document", [EVIDENCE, CUSTODY])
def test_right_to_left_with_references_as_they_are(document: DocumentType, reader: Reader) -> None:
    made = Made(schedule(document, hostile(20), "ar", draft=True))
    text = reader.text(made.pdf(1), "-raw")
    assert len(set(re.findall(rf"{REFERENCE}-E\d+", text))) == 20
    with pikepdf.open(io.BytesIO(made.pdf(1))) as opened:
        assert str(opened.Root.Lang) == "ar"
        assert str(opened.docinfo["/Title"]).startswith("DRAFT ")


def test_custody_events_are_told_in_full(reader: Reader) -> None:
    made = Made(schedule(CUSTODY, case_of(CUSTODY)))
    words = " ".join(reader.text(made.pdf(1), "-raw").split())
    rows = rows_of(made.page)
    assert {row["event"] for row in rows} == {"receive", "accept", "offer", "kept", "sign-off"}
    assert all("".join(str(row["statement_sha256"])) in words.replace(" ", "") for row in rows)
    assert "Reason: The bank confirmed that the second export replaced the first" in words
    assert "discrepancy: kept" in words
    assert "Gap" not in words


def test_a_gap_is_marked(reader: Reader) -> None:
    case = case_of(CUSTODY)
    acts = tuple(act for act in case.acts if act.act != "offer")
    made = Made(schedule(CUSTODY, case.model_copy(update={"acts": acts})))
    assert [row["item"] for row in rows_of(made.page) if row["gap"]] == [f"{REFERENCE}-E01"]
    assert " ".join(reader.text(made.pdf(1), "-raw").split()).count("Gap: see the custody form") == 1


# what a spreadsheet is given


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("report.pdf", "report.pdf"),
        ("a-b = c + d @ e", "a-b = c + d @ e"),
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "  '=1"),
        ("x;=1", "x;'=1"),
        ("x\t=1", "x[U+0009]'=1"),
        ("x\r\n=1", "x[U+000D][U+000A]'=1"),
        ('x"=1', "x\"'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a\u202eb", "a[U+202E]b"),
    ],
)
def test_no_formula_begins(text: str, written: str) -> None:
    assert safe(text) == written


def test_the_csv_is_rfc_4180() -> None:
    text = csv_of([{"name": 'a "b", c', "size": 3, "gap": True, "none": None}, {"name": "=x", "size": 0, "gap": False}])
    assert text == BYTE_ORDER_MARK + ('"name","size","gap","none"\r\n"a ""b"", c","3","yes",""\r\n"\'=x","0","no"\r\n')


# what the template may not


def variant(folder: Path, more: str) -> TypstSchedules:
    path = folder / "evidence_schedule" / "schedule.typ"
    path.parent.mkdir(parents=True)
    path.write_text(TEMPLATE.read_text(encoding="utf-8") + more, encoding="utf-8")
    return TypstSchedules(overlay=folder, limits=Limits(cpu_seconds=1, wall_seconds=30, memory=700_000_000))


def one(maker: TypstSchedules) -> Sequence[tuple[Part, RenderedPdf]]:
    return list(maker.parts(schedule(EVIDENCE, many(2))))


REFUSED = {
    '#read("/etc/passwd")': "file not found",
    '#read("../../../etc/passwd")': "would escape the project root",
    '#image("/proc/self/environ")': "file not found",
    '#import "@preview/cetz:0.3.4": canvas': "may import no package",
    '#import (str.from-unicode(64) + "preview/cetz:0.3.4"): canvas': "failed to download package",
    '#text(font: "DejaVu Sans")[a face that is not ours]': "unknown font family",
    '#("a" * 1000000000).len()': "memory",
    "#for i in range(100000) { for j in range(100000) {} }": "more time or memory than it may",
}


@pytest.mark.parametrize("more", REFUSED)
def test_a_template_reads_nothing_and_takes_no_more_than_it_may(tmp_path: Path, more: str) -> None:
    with pytest.raises(RenderError, match=REFUSED[more]):
        one(variant(tmp_path, f"\n{more}\n"))


def test_an_overlay_may_set_it_otherwise(tmp_path: Path, reader: Reader) -> None:
    assert "House rule 7" in reader.text(one(variant(tmp_path, "\nHouse rule 7\n"))[0][1].pdf)


# what stands in the documents instead


IN_PLACE = ("evidence_inventory", "evidence_receipt", "discrepancy_report", "custody_form", "sign_off_certificate")


@pytest.mark.parametrize("document", IN_PLACE)
def test_the_rows_stand_in_the_schedule_alone(
    document: str, made: Made, renderer: WeasyPrintRenderer, reader: Reader
) -> None:
    data, page = data_of(made.page), sheet_of(DocumentType(document), differing())
    parts = tuple(
        MadePart(**part.model_dump(), pages=pdf.pages, digest=f"sha256:{hashlib.sha256(pdf.pdf).hexdigest()}")
        for part, pdf in made.parts
    )
    schedule = MadeSchedule(
        document="evidence_schedule",
        rows=data.rows,
        json_digest=data.json_digest,
        csv_digest=data.csv_digest,
        parts=parts,
    )
    short = shortened(page, schedule, above=1, title="Evidence Schedule")
    text = "".join(reader.text(renderer.render(short).pdf, "-raw").split())
    assert all(part.digest.removeprefix("sha256:") in text for part in parts)
    assert data.json_digest.removeprefix("sha256:") in text
    assert "account-opening.pdf" not in text
    assert short.data["schedule"]


def differing() -> Dossier:
    """The case, but that two of its items are not what was declared, and were kept."""
    case = case_of(DocumentType.CUSTODY_FORM)
    manifest = case.manifests[MANIFEST]
    items = tuple(
        item.model_copy(update={"declared": MANIFEST}) if number == 0 else item
        for number, item in enumerate(manifest.items)
    )
    acts = [act for act in case.acts if act.act == "resolve"]
    again = acts[0].model_copy(update={"facts": acts[0].facts | {"item": items[0].item}})
    return case.model_copy(
        update={
            "acts": tuple(sorted((*case.acts, again), key=lambda act: act.sequence)),
            "manifests": {MANIFEST: manifest.model_copy(update={"items": items})},
        }
    )
