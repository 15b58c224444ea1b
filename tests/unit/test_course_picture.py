"""The picture of a case's course: what it draws, and that its words say the same."""

from datetime import UTC, datetime, timedelta

from lxml import etree

from rogatory.documents.course_picture import Bar, bars, share, span, svg, words
from schemas.identifiers import Role, Stage
from schemas.register import TaskRow

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def task(stage: Stage, opened: int, due: int, state: str = "closed", outcome: str | None = "approved") -> TaskRow:
    return TaskRow(
        id=f"XV-2026-0001.{stage.value}-1",
        reference="XV-2026-0001",
        stage=stage,
        title=f"A wait & <{stage.value}>",
        roles=(Role.REVIEWER,),
        due=START + timedelta(days=due),
        source="house rule",
        opened_at=START + timedelta(days=opened),
        state=state,
        outcome=outcome,
    )


def course(now: int) -> list[Bar]:
    rows = [task(Stage.TRANSMISSION, 12, 30, "open", None), task(Stage.REVIEW, 0, 5)]
    return bars(rows, {"XV-2026-0001.review-1": START + timedelta(days=12)}, START + timedelta(days=now))


def test_a_bar_for_each_wait_in_order_with_its_days_in_words() -> None:
    review, transmission = course(20)
    assert (review.days, review.late, words(review)) == (12, True, "12 days, approved, late")
    assert (transmission.days, transmission.late, words(transmission)) == (8, False, "8 days so far")
    assert words(course(31)[1]) == "19 days so far, late"


def test_the_span_holds_every_bar_and_the_days_due() -> None:
    found, now = course(20), START + timedelta(days=20)
    within = span(found, now)
    assert within == (START, START + timedelta(days=30))
    assert share(START, within) == 0
    assert share(START + timedelta(days=15), within) == 0.5
    assert share(START + timedelta(days=99), within) == 1
    assert share(START, (START, START)) == 0


def test_the_svg_is_sound_says_itself_in_words_and_asks_for_nothing() -> None:
    text = svg(course(20), "XV-2026-0001 & <so on>", START + timedelta(days=20))
    root = etree.fromstring(text.encode())
    space = {"s": "http://www.w3.org/2000/svg"}
    assert root.get("role") == "img"
    assert root.findtext("s:title", namespaces=space) == "XV-2026-0001 & <so on>"
    told = root.findtext("s:desc", namespaces=space) or ""
    assert "A wait & <review>: from 2026-11-02, 12 days, approved, late" in told
    assert "8 days so far" in told
    assert text.count("url(#open)") == 1, "what is open is hatched, so that colour alone says nothing"
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text
