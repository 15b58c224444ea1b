"""The register of incoming and outgoing in SQL: read in the order of its numbers, searched without reading it whole."""

import re

from sqlalchemy import ColumnElement, Engine, case, func, or_, select

from rogatory.adapters.database import reading
from rogatory.adapters.tables import CASES
from rogatory.adapters.tables import CORRESPONDENCE as PIECES
from schemas.identifiers import Reference
from schemas.register import CorrespondenceRow, Direction

NUMBERED = re.compile(r"(\d{4})/(\d{0,9})")
"""How a running number is written; without the number, all of the year."""
DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{6,64})")
MARK = re.compile(r"([0-9a-f-]{8,36})(?:\.asice\.age)?")
"""The id of a transmission, or its beginning; also as the file of its package is named."""


class SqlCorrespondence:
    """The part of ports.Register that reads it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def correspondence(
        self,
        words: str = "",
        *,
        reference: Reference | None = None,
        direction: Direction | None = None,
        drafter: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[CorrespondenceRow]:
        """What came in and went out, the last first; `drafter` keeps to the cases of one official.

        Words are looked for in both states' references and tracking numbers, and as the beginning of a digest
        or of the id of a transmission; a running number finds its piece.
        """
        theirs = case((PIECES.c.state == CASES.c.requested_state, CASES.c.foreign_reference))
        shown = [PIECES.c[name] for name in CorrespondenceRow.model_fields if name in PIECES.c]
        found = select(*shown, PIECES.c.state.label("requested_state"), theirs.label("foreign_reference"))
        found = found.join_from(PIECES, CASES, CASES.c.reference == PIECES.c.reference)
        found = found.order_by(PIECES.c.year.desc(), PIECES.c.number.desc()).limit(limit).offset(offset)
        if words:
            found = found.where(_holding(words))
        if reference is not None:
            found = found.where(PIECES.c.reference == reference)
        if direction is not None:
            found = found.where(PIECES.c.direction == direction.value)
        if drafter is not None:
            found = found.where(PIECES.c.drafter == drafter)
        with reading(self._engine) as connection:
            return [CorrespondenceRow.model_validate(row._asdict()) for row in connection.execute(found)]


def _holding(words: str) -> ColumnElement[bool]:
    said = words.lower()
    if numbered := NUMBERED.fullmatch(words):
        this = PIECES.c.year == int(numbered[1])
        if numbered[2]:
            this &= PIECES.c.number == int(numbered[2])
        same = func.lower(CASES.c.foreign_reference) == said  # theirs may be written like a number of ours
        return or_(this, PIECES.c.reference.in_(select(CASES.c.reference).where(same)))
    sides = (each.icontains(words, autoescape=True) for each in (CASES.c.reference, CASES.c.foreign_reference))
    # The cases are looked through once and not with each of their pieces, of which there are many times more.
    of_cases = PIECES.c.reference.in_(select(CASES.c.reference).where(or_(*sides)))
    held: list[ColumnElement[bool]] = [of_cases, PIECES.c.mark.icontains(words, autoescape=True)]
    if digest := DIGEST.fullmatch(said):
        held.append(PIECES.c.digest.startswith(f"sha256:{digest[1]}"))
    if mark := MARK.fullmatch(said):
        held.append(PIECES.c.piece.startswith(mark[1]))
    return or_(*held)
