"""Every document of the case on paper, rendered once for all tests that read them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from rogatory.adapters.pdf import WeasyPrintRenderer
from schemas.documents import SCHEDULES, DocumentType
from tests.documents.dossiers import sheet_of


@pytest.fixture(scope="session")
def renderer() -> WeasyPrintRenderer:
    return WeasyPrintRenderer()


@pytest.fixture(scope="session")
def documents(renderer: WeasyPrintRenderer) -> dict[DocumentType, bytes]:
    """Every type of document, final; rendering them takes about twelve seconds of one core."""
    return {document: renderer.render(sheet_of(document)).pdf for document in DocumentType if document not in SCHEDULES}


class Reader:
    """What a person reads on the pages, by poppler's pdftotext."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "read.pdf"

    def text(self, pdf: bytes, order: str = "-layout") -> str:
        """The text as it lies on the pages, or, with -raw, in the order it is drawn."""
        self._file.write_bytes(pdf)
        ran = subprocess.run(["pdftotext", order, str(self._file), "-"], check=True, capture_output=True, timeout=60)
        return ran.stdout.decode()

    def words(self, pdf: bytes) -> str:
        """The text with every run of white space as one space."""
        return " ".join(self.text(pdf).split())


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    if not shutil.which("pdftotext"):
        pytest.skip("reading the pages needs pdftotext: apt install poppler-utils")
    return Reader(tmp_path_factory.mktemp("read"))
