"""Page one of every type of document, by step: `python -m tests.documents.gallery` draws docs/gallery anew."""

import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.render_guard import GuardedRenderer
from rogatory.documents.catalogue import DocumentKind
from schemas.documents import DocumentType, Sheet
from tests.documents.every import pdf_of, sheet_in, translated_letter

DOCS = Path(__file__).parents[2] / "docs"
DOTS = 64  # an inch
COLOURS = 64
ACROSS = 3
LETTER = DocumentType.LETTER_OF_REQUEST.value
LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "ru": "Russian", "zh": "Chinese"}
WAYS = {"draft": "English, as a draft", "parallel": "English, its French translation beside it"}
READERS = {
    "internal": "for the file",
    "requested-state": "to the other State",
    "third-state": "to a third State",
    "court": "for the court",
    "person": "to a person",
}
SIGNED = {
    "none": "its digest is on the ledger",
    "seal": "sealed",
    "both-states": "signed by both States",
}
HEAD = """# Gallery

Page one of every formal document, of invented cases: a request for assistance, an extradition, and letters that stand
alone. All persons, places and numbers are made up. Each file is PDF/A-3a and PDF/UA-1 at once; its data are embedded,
and the QR code holds their digest. Words of the request that are not translated stand in their own language. What is
laid out is tested; how it looks is judged here, by people: look at it when you change a template.

Drawn by `python -m tests.documents.gallery` (needs poppler's `pdftoppm`).
"""


class Picture(NamedTuple):
    """What is shown: a type in a language; of the letter also as a draft, or with its translation beside it."""

    name: str
    language: str = "en"
    way: str = ""

    @property
    def file(self) -> str:
        """Its file in docs/gallery."""
        return ".".join(each for each in (self.name.replace("_", "-"), self.language, self.way, "png") if each)

    def sheet(self) -> Sheet:
        """What is laid out; the French letter is in the translation that stands in the example."""
        if self.name == LETTER and (self.language == "fr" or self.way == "parallel"):
            return translated_letter(self.language, "parallel" if self.way else "after")
        return sheet_in(self.name, self.language, draft=self.way == "draft")


def pictures() -> Iterator[Picture]:
    """Each picture, in the order of the page."""
    for language in load_catalogue().of(LETTER).languages:
        yield Picture(LETTER, language)
    yield Picture(LETTER, way="parallel")
    yield Picture(LETTER, way="draft")
    for name in load_catalogue().documents:
        if name != LETTER:
            yield Picture(name)


def text() -> str:
    """The page itself."""
    catalogue = load_catalogue()
    parts = [HEAD, "## The letter of request\n"]
    letters = [_cell(each, WAYS.get(each.way, LANGUAGES[each.language])) for each in pictures() if each.name == LETTER]
    parts.append(_table(letters))
    steps: dict[str, list[str]] = {}
    for name, kind in catalogue.documents.items():
        if name != LETTER:
            steps.setdefault(kind.step, []).append(_cell(Picture(name), _caption(kind)))
    for step, cells in steps.items():
        parts += [f"## {step.capitalize() if step != 'any' else 'At any step'}\n", _table(cells)]
    return "\n".join(parts)


def _caption(kind: DocumentKind) -> str:
    number = f" ({', '.join(kind.number)})" if kind.number else ""
    also = f"; in {len(kind.languages)} languages" if len(kind.languages) > 1 else ""
    signed = SIGNED.get(kind.signature, f"signed by the {kind.signature}")
    return f"**{kind.title}**{number}<br>{READERS[kind.audience]}; {signed}{also}"


def _cell(picture: Picture, caption: str) -> str:
    return f"![{caption.partition('<br>')[0].replace('*', '')}](gallery/{picture.file})<br>{caption}"


def _table(cells: list[str]) -> str:
    rows = [cells[place : place + ACROSS] for place in range(0, len(cells), ACROSS)]
    lines = [f"|{' | ' * (ACROSS - 1)}|", f"|{' --- |' * ACROSS}"]
    lines += [f"| {' | '.join([*row, *[''] * (ACROSS - len(row))])} |" for row in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes the page and its pictures, and takes away those no longer on it."""
    folder = DOCS / "gallery"
    folder.mkdir(exist_ok=True)
    wanted = {each.file: each for each in pictures()}
    for old in folder.glob("*.png"):
        if old.name not in wanted:
            old.unlink()
    with GuardedRenderer() as renderer, ThreadPoolExecutor(2) as two, tempfile.TemporaryDirectory() as scratch:

        def draw(file: str) -> None:
            pdf, page = Path(scratch) / f"{file}.pdf", Path(scratch) / file
            pdf.write_bytes(pdf_of(wanted[file].sheet(), renderer))
            asked = ["pdftoppm", "-r", str(DOTS), "-f", "1", "-l", "1", "-singlefile", "-png"]
            subprocess.run([*asked, str(pdf), str(page.with_suffix(""))], check=True, timeout=60)
            with Image.open(page) as drawn:
                few = drawn.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
                few.save(folder / file, optimize=True)

        list(two.map(draw, wanted))
    (DOCS / "gallery.md").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
