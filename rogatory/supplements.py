"""A supplementary request adds to one that is on our register."""

from rogatory.desk import Desk
from rogatory.errors import UsageError
from schemas.filed import AnyDraft
from schemas.register import CaseRow


def check_supplement(desk: Desk, draft: AnyDraft, filed: CaseRow | None = None) -> None:
    """Returns when the request the draft supplements, if it does, is one it can add to.

    Args:
        desk: to look in the register and the vault.
        draft: about to be filed.
        filed: the case whose corrected draft this is; left out for a new one.

    Raises:
        NotFoundError: the register has no such request.
        UsageError: it went to another state, says the same, or is another one than the case was filed with.
    """
    if filed is not None and draft.supplements != filed.supplements:
        was = f"supplements {filed.supplements}" if filed.supplements else "supplements no other request"
        raise UsageError(
            f"{filed.reference} {was}; a correction cannot change that.", "Withdraw it and submit a new request."
        )
    if draft.supplements is None:
        return
    parent = desk.register.case(draft.supplements)
    if parent.requested_state != draft.to_state:
        raise UsageError(
            f"{parent.reference} is a request to {parent.requested_state}, and this draft goes to {draft.to_state}.",
            "A supplementary request goes to the state that has the first one.",
        )
    said = desk.request(parent.reference).draft
    if said.model_copy(update={"supplements": None}) == draft.model_copy(update={"supplements": None}):
        raise UsageError(
            f"The draft says what {parent.reference} says already.", "Write what it adds, or leave out supplements."
        )
