"""Things on a shelf: physical items entered, moved and decided on, on a real ledger."""

from datetime import timedelta
from typing import Any

from schemas.identifiers import Role
from schemas.items import EnterItem, ItemAct, SettleItem
from schemas.register import ExhibitRow
from tests.properties.ledger_steps import ROLES, START, Bench

DISK, COPY, PART = (f"XV-2026-0001-E{number:02}" for number in (10, 11, 12))


class Shelf(Bench):
    """A bench with a shelf of things; each step is an hour after the one before, by the custodian unless said."""

    steps = 0

    def enter(self, item: str = DISK, **changes: Any) -> None:
        fields = {"description": "Disk, black, serial WX-1", "holder": changes.get("by", "custodian")}
        self.step(EnterItem, item, **{"seal_after": "S-1", "container": "Bag 7"} | fields | changes)

    def step(self, act: type[ItemAct], item: str = DISK, /, **changes: Any) -> None:
        self.steps += 1
        by = changes.get("by", "custodian")
        fields = {
            "command_id": f"step-{self.steps}",
            "by": by,
            "role": ROLES[by],
            "item": item,
            "happened_at": START + timedelta(hours=self.steps),
            "place": "Strongroom 2",
        }
        if act is not EnterItem:
            row = self.register.exhibit(item)
            kept = {"seal_before": row.seal, "seal_after": row.seal, "container": row.container} if row else {}
            fields |= kept
        self.act(self.reference, act.model_validate(fields | changes))

    def settle(self, item: str = DISK, *, keep: bool = True) -> None:
        self.steps += 1
        fields = {"command_id": f"step-{self.steps}", "by": "prosecutor", "role": Role.PROSECUTOR}
        self.act(self.reference, SettleItem.model_validate(fields | {"item": item, "keep": keep, "reason": "Heard."}))

    def row(self, item: str = DISK) -> ExhibitRow:
        row = self.register.exhibit(item)
        assert row
        return row
