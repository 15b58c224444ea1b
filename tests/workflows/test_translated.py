"""A request with a translation: the translator's certificate is made with the letter and goes out with it."""

import io
import json

import pikepdf

from rogatory.custody.ledger import parse_line
from rogatory.documents.source_words import digest_of, words_of
from rogatory.law.yaml_text import parse
from schemas.documents import DocumentType
from tests.documents.translations import shapes
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse


def in_norwegian(text: str) -> str:
    """The draft in words of another language, and an English translation of each."""
    values = parse(text).value | {"language": "nb"}
    words = words_of(values, shapes())
    letters = {path: "".join(chr(97 + int(digit)) for digit in str(number)) for number, path in enumerate(words)}
    for path, letter in letters.items():
        *way, last = path.split("/")
        place = values
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[int(last) if isinstance(place, list) else last] = f"Ord {letter}"
    values["translation"] = {
        "into": "en",
        "translator": {"name": "Odile Varenne", "qualification": "sworn translator"},
        "of": digest_of(words_of(values, shapes())),
        "texts": {path: f"Word {letter}" for path, letter in letters.items()},
    }
    return json.dumps(values)


async def test_the_certificate_goes_out_with_the_letter(house: SkippingHouse) -> None:
    reference = await house.prosecutor.submit(house.draft("minimal-bank-records.yaml", in_norwegian))
    await house.task(reference, "review")
    register = house.desk.register
    certificate = next(row for row in register.documents(reference) if row.type == DocumentType.TRANSLATION_CERTIFICATE)
    assert (certificate.language, certificate.version) == ("en", 1)
    await steps.approved(house, reference)
    await steps.sent(house, reference)
    await house.task(reference, "transmission")
    await house.until(lambda: [row for row in register.transmissions(reference) if row.dispatched_at])
    entries = [parse_line(line) for line in house.desk.ledger.lines(reference)]
    order = [each.facts.get("type") for each in entries if each.event == "document-made"]
    assert order.index("letter_of_request") < order.index("translation_certificate") < order.index("review_memo")
    transmittal = next(row for row in register.documents(reference) if row.type == DocumentType.TRANSMITTAL_LETTER)
    pdf = house.desk.vault.read(reference, transmittal.digest)
    with_letter = json.loads(case_data(pdf))["facts"]["annexes"]
    assert with_letter == [certificate.digest]


def case_data(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.attachments["case.json"].get_file().read_bytes())
