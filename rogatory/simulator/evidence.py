"""Makes evidence that fits the measures asked for: invented, harmless, and the same for the same request.

What it knows of a request is what the letter's attached case.json says; protected persons appear by pseudonym only.
"""

import csv
import io
import math
import random
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import pikepdf
from pydantic import JsonValue

MAX_MEASURES = 40


@dataclass(frozen=True)
class Measure:
    """One measure asked for."""

    id: str
    type: str
    persons: tuple[str, ...]
    """As they may be shown: a protected person's pseudonym."""
    details: dict[str, JsonValue]


@dataclass(frozen=True)
class Made:
    """One file of evidence."""

    name: str
    content: bytes
    media_type: str
    description: str
    measure: str | None
    source: str


def measures_of(case: JsonValue) -> list[Measure]:
    """The measures in a letter's case.json, wherever in it they stand; empty if it names none."""
    holder = _holder(case, 0)
    if holder is None:
        return []
    persons = {str(p.get("id")): _shown(p) for p in _dicts(holder.get("persons"))}
    found: list[Measure] = []
    for said in _dicts(holder["measures"])[:MAX_MEASURES]:
        names = said.get("persons")
        ids = [str(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
        details = said.get("details")
        found.append(
            Measure(
                id=str(said.get("id") or f"m{len(found) + 1}")[:8],
                type=str(said.get("type") or "other")[:60],
                persons=tuple(persons.get(one, one)[:80] for one in ids),
                details=details if isinstance(details, dict) else said,
            )
        )
    return found


def execute(measures: list[Measure], reference: str, today: date) -> list[Made]:
    """The evidence for the measures, in their order; without any, a report that nothing could be executed."""
    made: list[Made] = []
    for measure in measures:
        kind = MAKERS.get(measure.type, _report)
        made += kind(measure, random.Random(f"{reference} {measure.id}"), today)  # noqa: S311  invented data, no secret
    nothing = Made(
        name="execution-report.txt",
        content=f"Request {reference}. The letter names no measure this authority can execute.\n".encode(),
        media_type="text/plain",
        description="Report on the execution of the request",
        measure=None,
        source="Central Authority of the Kingdom of Xenland",
    )
    return made or [nothing]


def _bank_records(measure: Measure, dice: random.Random, today: date) -> list[Made]:
    bank = _line(measure.details.get("institution"), "Norholm Handelsbank")
    accounts = _dicts(measure.details.get("accounts"))
    number = _line(accounts[0].get("number") if accounts else None, "NX00 0000 0000 0000 00")
    holder = _line(accounts[0].get("holder") if accounts else None, "the customer")
    opened = today - timedelta(days=900)
    opening = (
        f"{bank}: account opening form (copy)\nAccount: {number}\nHolder: {holder}\nOpened on: {opened}\n"
        "Identification: certificate of incorporation, seen in the original\nMandates: one signatory, alone\n"
        "Certified as a true copy made in the ordinary course of business.\nDEMO: invented."
    )
    owner = (
        f"Register of beneficial owners of Xenland (extract)\nLegal person: {holder}\n"
        "Beneficial owner: 100 % held through a nominee; inquiry NX-BO-4471 pending\nDEMO: invented.\n"
    )
    rows = _statement(dice, opened)
    return [
        Made("account-statement.csv", rows, "text/csv", f"Statement of account {number}", measure.id, bank),
        Made("account-opening.pdf", page(opening), "application/pdf", "Account opening form", measure.id, bank),
        Made(
            "beneficial-ownership.txt",
            owner.encode(),
            "text/plain",
            "Extract of the register of beneficial owners",
            measure.id,
            "Register of beneficial owners of Xenland",
        ),
    ]


def _statement_video(measure: Measure, dice: random.Random, today: date) -> list[Made]:
    witness = ", ".join(measure.persons) or "the witness"
    court = "District Court of Norholm"
    minutes = (
        f"Minutes of a hearing by video link\n{court}, {today}\nPresent: a judge; a person of the witness's trust\n"
        f"Heard: {witness}\nThe witness was identified by the judge without being named in this record, was told of\n"
        "the right not to answer, and affirmed. The questions in the letter were put and answered.\n"
        "Interruptions: none. The recording is attached.\nDEMO: invented.\n"
    )
    return [
        Made("hearing-minutes.txt", minutes.encode(), "text/plain", "Minutes of the hearing", measure.id, court),
        Made("hearing-recording.wav", _tone(dice), "audio/wav", "Recording (a tone in its place)", measure.id, court),
    ]


def _freezing(measure: Measure, dice: random.Random, today: date) -> list[Made]:
    court = "District Court of Norholm"
    amount = measure.details.get("max_amount")
    limit = f"{amount.get('amount')} {amount.get('currency')}" if isinstance(amount, dict) else "the amount stated"
    things = "".join(
        f"- {_line(one.get('description'), 'property')}\n" for one in _dicts(measure.details.get("property"))
    )
    order = (
        f"Order to freeze, {court}, file {dice.randrange(100, 999)}/{today.year}\nIt is ordered, until further"
        f" notice and up to {limit}, that nobody may dispose of:\n{things or '- the property named in the letter'}"
        "\nServed on the holder of the property. Third parties acting in good faith may be heard within 30 days.\n"
        "DEMO: invented.\n"
    )
    return [Made("freezing-order.txt", order.encode(), "text/plain", "Freezing order", measure.id, court)]


def _report(measure: Measure, _dice: random.Random, today: date) -> list[Made]:
    text = f"Measure {measure.id} ({measure.type}) was executed on {today}.\nDEMO: invented.\n"
    name = f"execution-report-{measure.id}.txt"
    authority = "Central Authority of the Kingdom of Xenland"
    return [Made(name, text.encode(), "text/plain", f"Report on measure {measure.id}", measure.id, authority)]


MAKERS: dict[str, Callable[[Measure, random.Random, date], list[Made]]] = {
    "bank_records": _bank_records,
    "statement_video": _statement_video,
    "freezing": _freezing,
}


def _statement(dice: random.Random, opened: date) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["booked", "value_date", "counterparty_account", "purpose", "amount_eur", "balance_eur"])
    balance, day = 0, opened
    for number in range(120):
        day += timedelta(days=dice.randrange(1, 8))
        cents = dice.choice([1, -1]) * dice.randrange(50_00, 24_000_00)
        cents = abs(cents) if balance + cents < 0 else cents
        balance += cents
        other = f"NX{dice.randrange(10, 99)} {dice.randrange(10**11, 10**12)}"
        table.writerow([day, day, other, f"ref {number + 1:04d}", f"{cents / 100:.2f}", f"{balance / 100:.2f}"])
    return out.getvalue().encode()


def _tone(dice: random.Random) -> bytes:
    """Two seconds of a tone, 8 kHz, 16 bit, mono."""
    out, pitch = io.BytesIO(), dice.randrange(220, 660)
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        samples = (round(6000 * math.sin(2 * math.pi * pitch * n / 8000)) for n in range(16000))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()


def page(text: str) -> bytes:
    """One page of plain text: what a bank might export, not one of our formal documents."""
    lines = [line.encode("latin-1", "replace") for line in text.splitlines()]
    shown = b"".join(b"(" + _escaped(line) + b") Tj T*\n" for line in lines)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        page.obj.Contents = pdf.make_stream(b"BT /F1 10 Tf 14 TL 60 780 Td\n" + shown + b"ET")
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _escaped(line: bytes) -> bytes:
    return line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _holder(value: JsonValue, depth: int) -> dict[str, JsonValue] | None:
    """The object that has a list of measures; the one nearest the top."""
    if depth > 8:
        return None
    if isinstance(value, dict):
        if any("type" in one for one in _dicts(value.get("measures"))):
            return value
        inner = list(value.values())
    else:
        inner = value if isinstance(value, list) else []
    return next((found for one in inner if (found := _holder(one, depth + 1)) is not None), None)


def _dicts(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _shown(person: dict[str, JsonValue]) -> str:
    for name in ("shown_as", "pseudonym") if person.get("protected") else ("shown_as", "name", "pseudonym"):
        if isinstance(person.get(name), str) and person[name]:
            return str(person[name])
    return str(person.get("id"))


def _line(value: JsonValue, otherwise: str) -> str:
    text = value if isinstance(value, str) and value else otherwise
    return " ".join(text.split())[:120]


def wrong_digest(content: bytes) -> str:
    """A digest that is not the content's, as a clerk's slip would give it."""
    return sha256(content + b"slip").hexdigest()
