"""Things at the desk: entering, sealing, opening, storing, examining, copying, handing over, returning, destroying.

Whoever acts says what they find; what they leave out is taken from the record. What differs needs a note, and goes on
record with it: a broken seal is evidence too.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rogatory.acting import new_command_id
from rogatory.custody.exhibits import differences
from rogatory.custody.ledger import parse_line
from rogatory.custody.statement import clear_facts, words_of
from rogatory.desk import Desk
from rogatory.desk_acts import DeskActs
from rogatory.errors import UsageError
from rogatory.item_numbers import first_free, numbered
from schemas.commands import Receipt
from schemas.identifiers import ItemId, Reference, Role
from schemas.items import (
    AcceptItem,
    AttachScan,
    CopyItem,
    CopyKind,
    CorrectItem,
    EnterItem,
    ItemAct,
    OpenItem,
    SettleItem,
)
from schemas.register import ExhibitRow, ItemRow

HANDS = (Role.CUSTODIAN, Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY)
AHEAD = timedelta(minutes=10)
"""How far a person's clock may be before ours."""
WORDS = ("description", "source", "reason", "note", "witness", "recipient")


class ItemActs(DeskActs):
    """What an official does with things, and with copies of items."""

    def enter(
        self, reference: Reference, given: Mapping[str, Any], *, announced_by: str | None, command_id: str | None
    ) -> tuple[ExhibitRow, Receipt]:
        """Enters a physical item, held by this custodian, or by the other state's authority that announced it.

        Args:
            reference: the case.
            given: fields of schemas.items.EnterItem by name; what is None is left out.
            announced_by: the authority, for what is still on its way.
            command_id: to repeat a command; by default a new one.
        """
        said = self._said(reference, given)
        fixed = command_id or new_command_id()
        if first := self.ledger.receipt(reference, fixed):
            return self._row(str((self.ledger.recorded(f"{reference}/{fixed}") or {}).get("item"))), first

        def make() -> EnterItem:
            return EnterItem.model_validate(
                said
                | {
                    "command_id": fixed,
                    "by": self.official,
                    "role": self.role(Role.CUSTODIAN),
                    "item": numbered(reference, first_free(self.register, reference)),
                    "holder": announced_by or self.official,
                }
            )

        command, receipt = self.numbered_anew(make, reference)
        return self._row(command.item), receipt

    def act(self, kind: type[ItemAct], item: ItemId, given: Mapping[str, Any], command_id: str | None) -> Receipt:
        """One act on a thing; place, container, seal and condition are those on record where nothing else is said.

        Raises:
            UsageError: what is said differs from the record and no note tells why; the time lies ahead.
        """
        row = self._row(item)
        said = self._said(row.reference, given)
        if command_id and (first := self.ledger.receipt(row.reference, command_id)):
            return first
        kept: dict[str, Any] = {
            "place": row.place,
            "container": row.container,
            "seal_before": row.seal,
            "seal_after": None if kind is OpenItem else said.get("seal_before", row.seal),
            "condition": row.condition,
        }
        if kind is AcceptItem:
            kept["quantity"] = row.quantity
        fields = kept | said | self._signed_by(command_id, item)
        fields = {name: None if value == "none" else value for name, value in fields.items()}
        return self.sign(row.reference, self._noting(kind.model_validate(fields), row))

    def copy(
        self, item: ItemId, kind: CopyKind, file: Path | None, given: Mapping[str, Any], command_id: str | None
    ) -> tuple[ExhibitRow, Receipt]:
        """Makes a copy or a part an item of its own; a digital one is measured while it streams into the vault."""
        source = self.register.exhibit(item) or self.register.item(item)
        reference = source.reference
        said = self._said(reference, given)
        fixed = command_id or new_command_id()
        if first := self.ledger.receipt(reference, fixed):
            return self._row(str((self.ledger.recorded(f"{reference}/{fixed}") or {}).get("copy_item"))), first
        if file is None and kind is CopyKind.TRUE_COPY and isinstance(source, ItemRow):
            digest, size = source.digest, source.size  # the same bytes, which the vault holds once
        else:
            digest, size = self.keep(reference, file)  # type: ignore[assignment]
        base = {"place": "Vault"} if isinstance(source, ItemRow) else _standing(source)

        def make() -> CopyItem:
            return CopyItem.model_validate(
                base
                | said
                | self._signed_by(fixed, item)
                | {
                    "copy_item": numbered(reference, first_free(self.register, reference)),
                    "kind": kind,
                    "digest": digest,
                    "size": size,
                }
            )

        command, receipt = self.numbered_anew(make, reference)
        return self._row(command.copy_item), receipt

    def settle(self, item: ItemId, keep: bool, reason: str, command_id: str | None = None) -> Receipt:
        """Decides what becomes of a thing that does not agree with its record."""
        row = self._row(item)
        self.printable(row.reference, reason)
        command = SettleItem(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.PROSECUTOR),
            item=item,
            keep=keep,
            reason=reason,
        )
        return self.sign(row.reference, command)

    def correct(
        self, item: ItemId, sequence: int, field: str, new: str, reason: str, command_id: str | None = None
    ) -> tuple[CorrectItem, Receipt]:
        """Says what a line about an item should have said; its signer does not, another official does.

        Raises:
            NotFoundError: the case has no such line about the item. UsageError: the line has no such words.
        """
        row = self.register.exhibit(item) or self.register.item(item)
        self.printable(row.reference, reason, new)
        corrections = self.course(row.reference).holding.exhibits.corrections
        entries = [parse_line(line) for line in self.ledger.lines(row.reference)]
        line = next(
            (f"sha256:{each.digest}" for each in entries if (each.chain, each.seq) == (row.reference, sequence)), ""
        )
        old = corrections.says(line, field)
        if old is None:
            raise UsageError(
                f"Line {sequence} says nothing of {field.replace('_', ' ')} of {item}.",
                f"See: rogatory custody show {item}",
            )
        command = CorrectItem.model_validate(
            {
                "command_id": command_id or new_command_id(),
                "by": self.official,
                "role": self.role(*HANDS),
                "item": item,
                "line": line,
                "field": field,
                "old": old,
                "new": new,
                "reason": reason,
            }
        )
        return command, self.sign(row.reference, command)

    def attach(self, item: ItemId, label: str, scan: Path, command_id: str | None = None) -> Receipt:
        """Joins a scanned paper to the item its label names."""
        row = self.register.exhibit(item) or self.register.item(item)
        digest, _ = self.keep(row.reference, scan)
        assert digest
        command = AttachScan(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(*HANDS),
            item=item,
            scan=digest,
            label=label,
        )
        return self.sign(row.reference, command)

    def description(self, row: ExhibitRow) -> str:
        """What a thing is, in words, if they were not erased; of a copy, what it was made of."""
        return descriptions(self, row.reference).get(row.item, "")

    def _row(self, item: ItemId) -> ExhibitRow:
        row = self.register.exhibit(item)
        if row is None:
            self.register.item(item)  # a clear "no such item"
            raise UsageError(f"{item} is a file in the vault, not a thing.", "It can be examined and copied only.")
        return row

    def _signed_by(self, command_id: str | None, item: ItemId) -> dict[str, Any]:
        return {
            "command_id": command_id or new_command_id(),
            "by": self.official,
            "role": self.role(*HANDS),
            "item": item,
        }

    def _said(self, reference: Reference, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was said, with a time; raises UsageError for one that lies ahead."""
        said = {name: value for name, value in given.items() if value is not None}
        at = said.setdefault("happened_at", datetime.now(UTC).replace(microsecond=0))
        if at.tzinfo is None:
            raise UsageError("The time has no zone.", "Write it as 2026-11-20T14:30+01:00.")
        if at > datetime.now(UTC) + AHEAD:
            raise UsageError(f"{at.isoformat()} lies ahead.", "Record what has happened.")
        self.printable(reference, *(said.get(name) for name in WORDS))
        return said

    def _noting(self, command: ItemAct, row: ExhibitRow) -> ItemAct:
        found = sorted(differences(command.ACT, row, clear_facts(command)))
        if not found:
            return command
        if command.note is None:
            record = f"seal {row.seal or 'none'}, container {row.container or 'none'}, {row.condition}"
            raise UsageError(
                f"{row.item} does not agree with its record: {', '.join(found)}. On record: {record}.",
                "Nothing was signed. If it is so, say what was found with --note; it goes on record as a difference.",
            )
        return command.model_copy(update={"differs": tuple(found)})


def _standing(row: ExhibitRow) -> dict[str, Any]:
    return {
        "place": row.place,
        "container": row.container,
        "seal_before": row.seal,
        "seal_after": row.seal,
        "condition": row.condition,
    }


def descriptions(desk: Desk, reference: Reference) -> dict[ItemId, str]:
    """By item: its description as entered, where the words were not erased; a copy names what it was made of."""
    disclosed = desk.ledger.disclosures(reference)
    found: dict[ItemId, str] = {}
    for entry in map(parse_line, desk.ledger.lines(reference)):
        if entry.event == "enter-item" and entry.act:
            words = words_of(disclosed.get(entry.entry_id, ()), entry.act)
            found[str(entry.facts.get("item"))] = words.get("description", "")
        elif entry.event == "copy-item":
            kind = str(entry.facts.get("kind")).replace("-", " ")
            found[str(entry.facts.get("copy_item"))] = f"{kind} of {entry.facts.get('item')}"
    return found
