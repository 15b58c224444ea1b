"""Limits on use as the ledger tells: a use outside them stands on no ledger without the consent on record before it.

1. Nothing is used before its limits are on record; the last record of an item's limits holds. A custodian records
   the proceedings of the request; who opens more is a reviewer or the signatory.
2. An item is used in the proceedings permitted, or in others once consent to them was given; a later refusal ends it.
3. Where no limit binds, any use is open; where the law is not known, use is limited.
4. What exculpates an accused person is disclosed after notice; after the disclosure only where notice could not come
   first, and then within a day; under some instruments with consent only.
5. A duty is discharged once; a thing that was returned or destroyed has discharged it by that act.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from pydantic import JsonValue

from rogatory.custody.ledger import Entry
from rogatory.errors import RefusedError
from schemas.identifiers import Role

Facts = Mapping[str, JsonValue]
FREE = "none"
WITHOUT_DELAY = timedelta(days=1)
LOOSEN = {Role.REVIEWER.value, Role.SIGNATORY.value}
DONE_BY = {"return-item": "return", "destroy-item": "destroy"}


@dataclass
class ItemUse:
    """The limits on one item, and what was made of them."""

    item: str
    limit: str | None = None
    source: str = ""
    exculpatory: str = "unknown"
    permitted: tuple[str, ...] = ()
    consents: dict[str, str] = field(default_factory=dict)
    """Proceedings: requested | granted | refused, the last."""
    uses: list[tuple[str, str, int]] = field(default_factory=list)
    """Proceedings, day, line of the ledger."""
    duty: str | None = None
    due: str | None = None
    discharged_on: str | None = None
    certificate: str | None = None
    """Digest of the paper that shows the duty done."""

    def open_to(self, proceedings: str) -> bool:
        """Whether the item may be used there now."""
        if self.limit is None:
            return False
        return self.limit == FREE or proceedings in self.permitted or self.consents.get(proceedings) == "granted"


class Uses:
    """The use of the items of one case."""

    def __init__(self) -> None:
        self.items: dict[str, ItemUse] = {}

    def check(self, act: str, facts: Facts, known: Collection[str]) -> None:
        """Returns when the act fits.

        Raises:
            RefusedError: NotFound, Invalid, AlreadyDecided, UseLimited, NoticeFirst.
        """
        for name in _items(facts):
            if name not in known:
                raise RefusedError("NotFound", f"There is no item {name} in this case.")
        if act == "limit-use":
            self._check_limit(facts)
        if act not in {"note-use", "disclose", "discharge-duty"}:
            return
        item = self.items.get(str(facts.get("item"))) or ItemUse(str(facts.get("item")))
        if act == "discharge-duty":
            if item.duty != facts.get("duty"):
                raise RefusedError("Invalid", f"For {item.item} no such duty is on record: {item.duty or 'none'}.")
            if item.discharged_on:
                raise RefusedError("AlreadyDecided", f"What was owed for {item.item} is done.")
        elif act == "note-use":
            refuse_use(item, str(facts.get("proceedings")))
        else:
            _check_disclosure(item, facts)

    def _check_limit(self, facts: Facts) -> None:
        if (facts.get("duty") is None) != (facts.get("due") is None):
            raise RefusedError("Invalid", "A duty has a day by which it is due, and a day has a duty.")
        if facts.get("role") in LOOSEN:
            return
        permitted = facts.get("permitted")
        told = set(map(str, permitted)) if isinstance(permitted, list) else set()
        known = [item for name in _items(facts) if (item := self.items.get(name)) and item.limit is not None]
        widened = any(told - set(item.permitted) for item in known if item.limit != FREE)
        if facts.get("limit") == FREE or len(told) > 1 or widened:
            raise RefusedError(
                "Forbidden", "Limits on use are set aside or widened by a reviewer or the signatory only."
            )

    def apply(self, entry: Entry) -> None:
        """Takes in what is on the ledger."""
        facts, event = entry.facts, entry.event
        if event in DONE_BY:
            item = self.items.get(str(facts.get("item")))
            if item and item.duty == DONE_BY[event]:
                item.discharged_on = str(facts.get("happened_at"))[:10]
            return
        if event not in {"limit-use", "note-consent", "note-use", "disclose", "discharge-duty"}:
            return
        for name in _items(facts):
            item = self.items.setdefault(name, ItemUse(name))
            proceedings = str(facts.get("proceedings"))
            if event == "limit-use":
                _limit(item, facts)
            elif event == "note-consent":
                item.consents[proceedings] = str(facts.get("outcome"))
            elif event == "discharge-duty":
                item.discharged_on, item.certificate = str(facts.get("on")), str(facts.get("certificate"))
            else:
                day = facts.get("used_on") or facts.get("disclosed_on")
                item.uses.append((proceedings, str(day), entry.seq))

    def duties(self) -> Iterator[ItemUse]:
        """What is still owed, soonest first."""
        owed = [item for item in self.items.values() if item.duty and not item.discharged_on]
        yield from sorted(owed, key=lambda item: (item.due or "", item.item))


def refuse_use(item: ItemUse, proceedings: str) -> None:
    """Raises RefusedError UseLimited unless the item may be used there."""
    if item.open_to(proceedings):
        return
    if item.limit is None:
        raise RefusedError(
            "UseLimited",
            f"The limits on the use of {item.item} are not on record.",
            "First: rogatory evidence limits REF",
        )
    asked = item.consents.get(proceedings)
    told = f"; consent was {asked}" if asked else "; no consent was asked for"
    why = f"limit: {item.limit}, {item.source}" if item.source else f"limit: {item.limit}"
    raise RefusedError(
        "UseLimited",
        f"{item.item} may not be used in {proceedings} ({why}){told}.",
        "Ask the requested state: rogatory case document REF other_use_request; then rogatory evidence consent",
    )


def _check_disclosure(item: ItemUse, facts: Facts) -> None:
    if item.open_to(str(facts.get("proceedings"))) and item.exculpatory != "after-notice":
        return
    if item.exculpatory != "after-notice":
        refuse_use(item, str(facts.get("proceedings")))
    notified, disclosed = _day(facts.get("notified_on")), _day(facts.get("disclosed_on"))
    if notified is None or disclosed is None:
        raise RefusedError("Invalid", "A disclosure has its day, and the day of the notice.")
    if notified <= disclosed:
        return
    if not facts.get("exceptional"):
        raise RefusedError(
            "NoticeFirst",
            f"Notice comes before {item.item} is disclosed ({item.source}).",
            "In an exceptional case say why it could not: --exceptional",
        )
    if notified - disclosed > WITHOUT_DELAY:
        raise RefusedError("NoticeFirst", "Where notice could not come first, it follows without delay.")


def _limit(item: ItemUse, facts: Facts) -> None:
    permitted, duty, due = facts.get("permitted"), facts.get("duty"), facts.get("due")
    item.limit, item.source = str(facts.get("limit")), str(facts.get("source"))
    item.exculpatory = str(facts.get("exculpatory", "unknown"))
    item.permitted = tuple(map(str, permitted)) if isinstance(permitted, list) else ()
    if duty is not None:
        item.duty, item.due, item.discharged_on, item.certificate = str(duty), str(due), None, None


def _items(facts: Facts) -> list[str]:
    several = facts.get("items")
    if isinstance(several, list):
        return [str(each) for each in several]
    return [str(facts["item"])] if "item" in facts else []


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
