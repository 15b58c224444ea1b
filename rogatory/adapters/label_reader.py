"""Reads the labels on a scanned paper, in a process of its own: a scan comes from outside, and so may hold anything.

Scans are PNG, JPEG or TIFF images, or PDFs whose pages are such images, as scanners make them. The child has limits of
time and memory and answers with the texts of the codes it found, one JSON list; what ends it ends nothing else.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rogatory.errors import UsageError

if TYPE_CHECKING:
    from PIL import Image

LARGEST = 200 << 20
"""Bytes of a scan."""
PIXELS = 120_000_000
"""Of one page: A3 at 600 dots per inch has 70 million."""
PAGES = 300
SECONDS = 60
MEMORY = 2 << 30
INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONPATH")


def read_labels(path: Path) -> list[str]:
    """The texts of the codes on a scan, each once, in order. Raises UsageError when it cannot be read as a scan."""
    if not path.is_file():
        raise UsageError(f"{path} is not a file.")
    if path.stat().st_size > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST >> 20} MiB.", "Scan fewer pages at once.")
    settings = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rogatory.adapters.label_reader", str(path.resolve())],
            capture_output=True,
            timeout=2 * SECONDS,
            env=settings,
            check=False,
        )
        found = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        found = None
    if not isinstance(found, list):
        raise UsageError(f"{path} cannot be read as a scan.", "Give a PNG, JPEG or TIFF, or a PDF from a scanner.")
    return list(dict.fromkeys(str(text) for text in found))


def _images(path: Path) -> "Iterator[Image.Image]":
    from PIL import Image, ImageSequence  # noqa: PLC0415  only in the child

    Image.MAX_IMAGE_PIXELS = PIXELS
    with path.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if not is_pdf:
        with Image.open(path, formats=("PNG", "JPEG", "TIFF")) as image:
            for number, page in enumerate(ImageSequence.Iterator(image)):
                if number < PAGES:
                    yield page.convert("L")
        return
    import pikepdf  # noqa: PLC0415  only in the child

    with pikepdf.open(path) as pdf:
        for pdf_page in list(pdf.pages)[:PAGES]:
            for raw in pdf_page.images.values():
                if not isinstance(raw, pikepdf.Stream):
                    continue
                with suppress(pikepdf.PdfError, pikepdf.models.image.UnsupportedImageTypeError):
                    yield pikepdf.PdfImage(raw).as_pil_image().convert("L")


def _answer(path: Path) -> list[str]:
    import zxingcpp  # noqa: PLC0415  only in the child

    return [code.text for image in _images(path) for code in zxingcpp.read_barcodes(image) if code.valid]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with suppress(ValueError, OSError):  # macOS has the name and not the thing
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write(json.dumps(_answer(Path(sys.argv[1]))))
