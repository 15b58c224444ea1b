"""Pictures of the pages of a PDF, for people who read a document in the browser."""

import io
from functools import lru_cache
from threading import Lock

import pypdfium2

from rogatory.errors import IntegrityError, NotFoundError

WIDTH = 1000
"""Pixels across a page: sharp at the width the inbox shows it, and about 100 kB."""
MOST_PAGES = 2000
_alone = Lock()  # PDFium is not safe in several threads


def page_picture(pdf: bytes, page: int) -> bytes:
    """The page of that number, from 1, as PNG. Raises NotFoundError, IntegrityError when it is no PDF."""
    with _alone:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise IntegrityError("The document is not a PDF that can be shown.") from error
        try:
            if not 1 <= page <= min(len(document), MOST_PAGES):
                raise NotFoundError(f"The document has no page {page}.")
            sheet = document[page - 1]
            picture = sheet.render(scale=WIDTH / max(sheet.get_width(), 1)).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    picture.convert("P", colors=32).save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=64)
def cached_picture(pdf: bytes, page: int) -> bytes:
    """As page_picture; a reader turns back and forth."""
    return page_picture(pdf, page)
