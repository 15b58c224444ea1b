"""An item from hand to hand: its record, and a hand-over by two officials at one screen.

Giver and receiver sign the acts of `rogatory custody offer` and `accept`, each with their own key. Where the receiver
signs at the giver's session, their key must ask for a PIN: it alone shows that they were there.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.acting import new_command_id
from rogatory.adapters.key_holders import asks_pin
from rogatory.custody.ledger import Entry, parse_line
from rogatory.desk import Desk
from rogatory.errors import NotFoundError, RefusedError
from rogatory.item_acts import ItemActs, descriptions
from rogatory.office import Office
from rogatory.ports import Signer
from rogatory.profile import Profile
from rogatory.web.pages import desk_of
from rogatory.web.people import Reader, acts_here, case_for, passkey_at
from rogatory.web.rendering import page
from rogatory.web.sent_form import SentForm, fault_of, must_ask_pin, sent_form
from rogatory.web.signing_acts import signed
from rogatory.web.signing_in import reader_at
from schemas.commands import Receipt
from schemas.evidence import DeliveryManifest
from schemas.items import AcceptItem, Condition, DeclineItem, ItemAct, OfferItem
from schemas.register import ExhibitRow, ItemRow

THINGS: Mapping[str, type[ItemAct]] = {"offer": OfferItem, "accept": AcceptItem, "decline": DeclineItem}
"""The acts of a hand-over, of a thing."""
FOUND = ("seal_before", "container", "place", "condition", "note")
"""What a form may say of a thing; what it leaves out is taken from the record."""
EVENTS = frozenset(
    {"receive", "offer", "accept", "refuse-custody", "resolve", "sign-off", "tie-item", "note-use", "disclose"}
    | {"enter-item", "seal-item", "open-item", "store-item", "examine-item", "copy-item", "offer-item", "accept-item"}
    | {"decline-item", "return-item", "destroy-item", "settle-item", "correct-item", "attach-scan"}
)


@dataclass(frozen=True)
class Step:
    """One line of an item's record."""

    line: int
    at: str
    """As given by who acted, with its zone, else when it was recorded."""
    what: str
    by: str
    to: str
    seal_before: str
    seal_after: str
    place: str
    differs: tuple[str, ...]


def show(request: Request) -> Response:
    """An item: who held it, under which seal, and how it stands."""
    return _shown(request, reader_at(request))


async def hand_over(request: Request) -> Response:
    """Offers an item, takes it over, or does not."""
    form, desk = await sent_form(request), desk_of(request)
    act = request.path_params["act"]
    row = _row(desk, form.reader, request.path_params["item"])
    who = form.reader.official if act == "offer" else row.offered_to or form.reader.official

    async def hand(signer: Signer) -> Receipt:
        return await _act(desk.profile, act, row, who, form, signer)

    def shown(request: Request, outcome: Receipt | Exception) -> Response:
        if isinstance(outcome, Receipt):
            return RedirectResponse(f"/items/{row.item}?recorded={outcome.sequence}", status_code=303)
        errors, status = fault_of(request, outcome, who, f"{act}-pin")
        return _shown(request, form.reader, errors, status, act, form)

    if act not in THINGS:
        return shown(request, NotFoundError("There is no such act."))
    if who != form.reader.official:
        try:
            if form.reader.official != row.holder:
                raise RefusedError("Forbidden", f"{row.item} is on offer to {who}, by {row.holder}.")
            must_ask_pin(desk.profile, who)
        except RefusedError as error:
            return shown(request, error)
    return await signed(request, form, hand, shown, official=who)


async def _act(
    profile: Profile, act: str, row: ItemRow | ExhibitRow, who: str, form: SentForm, signer: Signer
) -> Receipt:
    """The same act as on the command line."""
    reason, to = form.said("reason"), form.said("to")
    if isinstance(row, ExhibitRow):
        given: dict[str, Any] = {name: form.said(name) for name in FOUND}
        if act == "offer":
            given |= {"to": to, "transport": form.said("transport"), "tracking": form.said("tracking")}
        elif act == "decline":
            given["reason"] = reason
        elif quantity := form.said("quantity"):
            given["quantity"] = int(quantity) if quantity.isascii() and quantity.isdigit() else quantity
        desk = ItemActs(profile, who, signer)
        return await asyncio.to_thread(desk.act, THINGS[act], row.item, given, form.command_id)
    async with Office.open(profile, who, signer=signer) as office:
        if act == "offer":
            return await office.offer(row.item, to or "", form.command_id)
        if act == "accept":
            return await office.accept(row.item, form.command_id)
        return await office.refuse_custody(row.item, reason or "", form.command_id)


def _row(desk: Desk, reader: Reader, item: str) -> ItemRow | ExhibitRow:
    """The item, if its case is the reader's to read, or it is in their hands or on offer to them."""
    try:
        row = desk.register.exhibit(item) or desk.register.item(item)
        if reader.official not in {row.holder, row.offered_to}:
            case_for(desk, reader, row.reference)
    except NotFoundError:
        raise NotFoundError(f"There is no item {item[:40]}.", "Look for it on the page of its case.") from None
    return row


def _shown(
    request: Request,
    reader: Reader,
    errors: dict[str, str] | None = None,
    status: int = 200,
    act: str = "",
    form: SentForm | None = None,
) -> Response:
    desk = desk_of(request)
    row = _row(desk, reader, request.path_params["item"])
    giving = row.holder == reader.official and row.state == "held" and not reader.reads_only
    at_screen = bool(row.offered_to) and reader.official in {row.holder, row.offered_to}
    recorded = request.query_params.get("recorded", "")
    return page(
        request,
        "item.html",
        reader,
        status=status,
        row=row,
        thing=isinstance(row, ExhibitRow),
        name=_name(desk, row),
        steps=_steps(desk, row),
        giving=giving,
        taking=at_screen,
        receiver_signs_in=at_screen and row.offered_to != reader.official and not _has_pin(desk, row.offered_to or ""),
        giver_pin=_has_pin(desk, reader.official),
        passkey=passkey_at(desk, reader, request.url.hostname),
        receiver_pin=_has_pin(desk, row.offered_to or ""),
        officials=[each for each in desk.ledger.officials().values() if acts_here(each)],
        conditions=[each.value for each in Condition],
        form_ids={each: new_command_id() for each in THINGS},
        recorded=recorded if recorded.isdigit() and len(recorded) < 7 else "",
        errors=errors or {},
        act=act,
        filled={**(form.fields if form else {}), "pin": ""},
        form_of_custody=next(
            (each for each in reversed(desk.register.documents(row.reference)) if each.type == "custody_form"), None
        ),
    )


def _has_pin(desk: Desk, official: str) -> bool:
    try:
        return asks_pin(desk.profile.home, official)
    except NotFoundError:
        return False


def _name(desk: Desk, row: ItemRow | ExhibitRow) -> str:
    """Names stand in the vault only; where its key was destroyed they are gone, as they should be."""
    if isinstance(row, ExhibitRow):
        return descriptions(desk, row.reference).get(row.item, "")
    try:
        manifest = DeliveryManifest.model_validate_json(desk.vault.read(row.reference, row.manifest))
    except NotFoundError:
        return ""
    return next((each.name for each in manifest.items if each.item == row.item), "")


def _steps(desk: Desk, row: ItemRow | ExhibitRow) -> list[Step]:
    entries = [parse_line(line) for line in desk.ledger.lines(row.reference)]
    return [_step(each) for each in entries if each.event in EVENTS and _about(each, row)]


def _about(entry: Entry, row: ItemRow | ExhibitRow) -> bool:
    """A receipt names its items in a list, a sign-off covers all files, the other acts name one."""
    named = entry.facts.get("items")
    listed = named if isinstance(named, list) else []
    return (
        row.item in {entry.facts.get("item"), entry.facts.get("copy_item")}
        or (entry.event == "sign-off" and isinstance(row, ItemRow))
        or any(isinstance(each, dict) and each.get("item") == row.item for each in listed)
    )


def _step(entry: Entry) -> Step:
    facts = entry.facts
    differs = facts.get("differs")
    words = {name: str(facts.get(name) or "") for name in ("by", "seal_before", "seal_after", "place")}
    return Step(
        line=entry.seq,
        at=str(facts.get("happened_at") or entry.at.isoformat(timespec="seconds")),
        what=entry.event.removesuffix("-item").removesuffix("-custody"),
        to=str(facts.get("to") or facts.get("holder") or ""),
        differs=tuple(map(str, differs)) if isinstance(differs, list) else (),
        **words,
    )
