"""Refused attempts: a refused Update leaves no trace in a history, so the ledger's database keeps one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select

from rogatory.adapters.database import reading, write
from rogatory.adapters.tables import REFUSALS

CODE = re.compile(r"[^A-Za-z0-9_./:-]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused attempt."""

    at: datetime
    reference: str
    task: str
    by: str
    act: str
    kind: str


class Refusals:
    """The part of a ledger that logs refused attempts."""

    _engine: Engine
    _now: Callable[[], datetime]

    def refuse(self, reference: str, task: str, by: str, kind: str, act: str) -> None:
        """Logs a refused attempt: codes only, cut to size."""
        values = {"chain": (reference, 20), "task": (task, 80), "by": (by, 40), "kind": (kind, 40), "act": (act, 40)}
        row: dict[str, object] = {name: CODE.sub("?", text)[:size] for name, (text, size) in values.items()}
        write(self._engine, lambda connection: connection.execute(insert(REFUSALS).values(at=self._now(), **row)))

    def refusals(self, reference: str | None = None) -> list[Refusal]:
        """Refused attempts, oldest first; of one case or of all."""
        rows = select(REFUSALS).order_by(REFUSALS.c.number)
        if reference is not None:
            rows = rows.where(REFUSALS.c.chain == reference)
        with reading(self._engine) as connection:
            return [Refusal(row.at, row.chain, row.task, row.by, row.act, row.kind) for row in connection.execute(rows)]
