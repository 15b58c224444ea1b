"""An extradition, step by step, as its people take it."""

import io
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from activities.documents import DocumentActivities
from schemas.assessment import Clock
from schemas.case import CaseResult
from schemas.documents import DocumentOrder, RenderedDocument
from schemas.extradition_acts import (
    AppointSurrender,
    ProposeCharge,
    RefusedOffence,
    ReportArrest,
    ReportDecision,
    ReportOutcome,
    ReportSurrender,
)
from schemas.register import ClockRow
from tests.stage import House
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse

Step = Callable[[SkippingHouse, str], Awaitable[object]]
OFFENCES = (1, 2)


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of one blank page, so that what is tested is the procedure."""

    def make(self: DocumentActivities, order: DocumentOrder) -> RenderedDocument:
        pdf, content = pikepdf.new(), io.BytesIO()
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = order.order_id
        pdf.save(content)
        digest, size = self._vault.keep(order.reference, io.BytesIO(content.getvalue()))
        return RenderedDocument(
            document=order.document,
            language=order.language or "en",
            digest=digest,
            size=size,
            pages=1,
            version=order.version,
        )

    monkeypatch.setattr(DocumentActivities, "_make", make)


def clock(id_: str, value: int, unit: str, anchor: str, effect: str, *until: str) -> Clock:
    """A period of an invented instrument."""
    return Clock.model_validate(
        {
            "rule": "XTST-01",
            "id": id_,
            "what": "a period",
            "value": value,
            "unit": unit,
            "anchor": anchor,
            "effect": effect,
            "then": "something follows",
            "until": until,
            "instrument": "test-treaty",
            "source": "Test Treaty art. 1",
            "url": "",
        }
    )


async def today(house: SkippingHouse) -> date:
    return (await house.env.get_current_time()).date()


async def noon_of(house: SkippingHouse, day: date) -> None:
    """Lets time pass until noon, UTC, of that day."""
    await house.env.sleep(datetime.combine(day, time(12), UTC) - await house.env.get_current_time())


def clock_of(house: House, reference: str, id_: str, run: int = 1) -> ClockRow:
    """The latest period of that id."""
    rows = [row for row in house.desk.register.clocks(reference=reference, open_only=False) if row.id == id_]
    return next(row for row in rows if row.clock.endswith(f"-{run}"))


async def runs(house: House, reference: str, id_: str, run: int = 1) -> ClockRow:
    """Waits until that period runs."""
    await house.until(
        lambda: [
            row
            for row in house.desk.register.clocks(reference=reference, open_only=False)
            if row.id == id_ and row.clock.endswith(f"-{run}")
        ]
    )
    return clock_of(house, reference, id_, run)


async def becomes(house: House, reference: str, id_: str, state: str, run: int = 1) -> ClockRow:
    """Waits until that period stands so."""
    await runs(house, reference, id_, run)
    await house.until(lambda: clock_of(house, reference, id_, run).state == state)
    return clock_of(house, reference, id_, run)


# the steps


async def submitted(house: SkippingHouse, change: Callable[[str], str] = lambda text: text) -> str:
    return await house.prosecutor.submit(house.draft("extradition.yaml", change))


def without_arrest(text: str) -> str:
    """The same request, without provisional arrest."""
    changed = text.replace("provisional_arrest:\n  requested: true", "provisional_arrest:\n  requested: false")
    assert changed != text
    return changed


async def arrested(house: SkippingHouse, reference: str) -> None:
    await house.task(reference, "arrest")
    day = await today(house)
    await house.reviewer_1.act(reference, ReportArrest, arrested_on=day, told_on=day, place="Norholm, Quayside 14")


async def supplied(house: SkippingHouse, reference: str) -> None:
    task = house.desk.register.task(await house.task(reference, "dossier"))
    for item in missing(house, task.id):
        await house.prosecutor.supply(reference, item, f"The paper on {item}", pages=2, file=paper(house))


async def filed(house: SkippingHouse, reference: str) -> None:
    await house.prosecutor.file_formal(reference)


async def acknowledged(house: SkippingHouse, reference: str) -> None:
    await house.task(reference, "extradition-decision")
    await house.reviewer_1.acknowledge(reference, "XN-EX-2026-0004", await today(house))


async def granted(house: SkippingHouse, reference: str) -> None:
    await house.task(reference, "extradition-decision")
    day = await today(house)
    await house.reviewer_1.act(
        reference, ReportDecision, granted=OFFENCES, decided_on=day, notified_on=day, days_detained=30
    )


async def refused(house: SkippingHouse, reference: str, ground: str = "nationality") -> None:
    await house.task(reference, "extradition-decision")
    await house.reviewer_1.act(
        reference,
        ReportDecision,
        refused=[RefusedOffence(offence=number, ground=ground) for number in OFFENCES],
        reasons="The person is a national of Xenland.",
        decided_on=await today(house),
    )


async def appointed(house: SkippingHouse, reference: str) -> None:
    await house.task(reference, "surrender")
    await house.reviewer_1.act(
        reference, AppointSurrender, on=await today(house) + timedelta(days=7), place="Norholm airport"
    )


async def handed_over(house: SkippingHouse, reference: str, **fields: Any) -> None:
    await house.task(reference, "surrender")
    await house.reviewer_1.act(
        reference,
        ReportSurrender,
        surrendered_at=await house.env.get_current_time(),
        place="Norholm airport",
        days_detained=44,
        **fields,
    )


async def handed_over_with_property(house: SkippingHouse, reference: str) -> None:
    await handed_over(house, reference, property_announced=True)


async def charged(house: SkippingHouse, reference: str, **fields: Any) -> None:
    await house.task(reference, "speciality")
    await house.prosecutor.act(
        reference, ProposeCharge, title="Trafficking in persons", provision="section 184", **fields
    )


async def done(house: SkippingHouse, reference: str) -> None:
    await house.task(reference, "speciality")
    await house.prosecutor.act(
        reference,
        ReportOutcome,
        kind="convicted",
        decided_on=await today(house),
        final=True,
        sentence_months=72,
        obligations_done=True,
    )


PROVISIONAL: list[Step] = [steps.approved, steps.sent, arrested]
FORMAL: list[Step] = [supplied, filed, steps.approved, steps.sent, acknowledged]
STAGES: dict[str, list[Step]] = {
    "review": [],
    "transmission": [steps.approved],
    "arrest": [steps.approved, steps.sent],
    "dossier": PROVISIONAL,
    "extradition-decision": [*PROVISIONAL, *FORMAL],
    "surrender": [*PROVISIONAL, *FORMAL, granted],
    "evidence-return": [
        *PROVISIONAL,
        *FORMAL,
        granted,
        appointed,
        lambda h, r: handed_over(h, r, property_announced=True),
    ],
    "speciality": [*PROVISIONAL, *FORMAL, granted, appointed, handed_over],
    "prosecution-abroad": [*PROVISIONAL, *FORMAL, refused],
}
"""Stage: the steps that bring a case there."""
SENT = set(STAGES) - {"review", "transmission"}
"""Stages in which a letter is out."""


async def brought_to(house: SkippingHouse, stage: str) -> str:
    """A new case, brought to that stage."""
    reference = await submitted(house)
    for step in STAGES[stage]:
        await step(house, reference)
    await house.task(reference, stage)
    return reference


def missing(house: House, task: str) -> list[str]:
    """What the dossier of an open task lacks, as the line that opened it says."""
    from rogatory.custody.ledger import parse_line

    reference = task.partition(".")[0]
    lines = map(parse_line, house.desk.ledger.lines(reference))
    opened = [line for line in lines if line.event == "task-opened" and line.task == task]
    found = opened[-1].facts["missing"]
    assert isinstance(found, list)
    return [str(item) for item in found]


def paper(house: House) -> Path:
    content = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(content)
    return house.files(paper_pdf=content.getvalue())[0]


async def ends(house: House, reference: str) -> CaseResult:
    return (await house.prosecutor.client.outcome(reference)).result
