"""The gate before evidence leaves for other proceedings: closed unless the ledger, or the law, opens it."""

from rogatory.custody.use import ItemUse, refuse_use
from rogatory.desk import Desk
from rogatory.errors import NotFoundError
from rogatory.law.use_limits import UseLimit, use_limit
from schemas.evidence import DeliveryManifest
from schemas.identifiers import ItemId, Reference
from schemas.use import Limit


def limits_of(desk: Desk, reference: Reference, item: ItemId, *, attached: bool = False) -> UseLimit:
    """The limit on an item by the request's instruments, the conditions its delivery came with, and our undertaking."""
    from rogatory.law.registry import load_lawbook  # noqa: PLC0415  the law: only here

    draft = desk.request(reference).draft
    return use_limit(
        load_lawbook(desk.profile.home / "law"),
        tuple(basis.instrument for basis in draft.legal_basis),
        attached=attached or bool(conditions_on(desk, item)),
        undertaken=draft.undertakings.use_limitation,
    )


def conditions_on(desk: Desk, item: ItemId) -> tuple[str, ...]:
    """The conditions the requested state attached to the delivery an item came in; of a copy, those of its source."""
    seen: set[str] = set()
    while (thing := desk.register.exhibit(item)) is not None and item not in seen:
        seen.add(item)
        source = thing.parent or thing.manifest
        if source is None:
            return ()
        item = source
    try:
        row = desk.register.item(item)
        manifest = DeliveryManifest.model_validate_json(desk.vault.read(row.reference, row.manifest))
    except NotFoundError:
        return ()
    return manifest.conditions


def admit_purpose(desk: Desk, reference: Reference, proceedings: str | None) -> str:
    """Returns the proceedings an export is for, the request's own where none is named.

    Every item that would leave is asked for: by the limits on record, else by the law.

    Raises:
        RefusedError: UseLimited, for the first item that may not be used there.
    """
    own = desk.request(reference).draft.proceedings.file_number
    purpose = proceedings or own
    course = desk.course(reference)
    for name, held in sorted(course.holding.items.items()):
        if held.state == "excluded":
            continue
        item = course.uses.items.get(name)
        if item is None or item.limit is None:
            if purpose == own:
                continue
            found = limits_of(desk, reference, name)
            consents = item.consents if item else {}
            item = ItemUse(name, found.limit.value, found.source, found.exculpatory, (own,), consents)
        refuse_use(item, purpose)
    return purpose


__all__ = ["Limit", "admit_purpose", "conditions_on", "limits_of"]
