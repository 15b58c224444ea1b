"""What the data say of whether an instrument binds a state, or two, on a day. Pure.

    state_standing(lawbook, treaty, state, on)        one state
    pair_standing(lawbook, treaty, states, on)        both, and what follows for the pair

A state that is not in the data is never "not bound": it is unknown, and a person must find out. What a list of parties
said on an earlier day is known for that day only.
"""

from datetime import date

from rogatory.law.model import Lawbook, Party, Treaty
from schemas.assessment import Standing, StateStanding

BINDING_NOBODY = ("scheme", "model", "reciprocity")
"""Kinds of instrument that oblige no state, and may still carry a request."""
SHOWN = frozenset({Standing.BOUND, Standing.AS_KNOWN, Standing.ASSERTED})
"""What lets an instrument govern."""
REFUSED = frozenset({Standing.NOT_BOUND, Standing.NOT_IN_FORCE})
"""What no assertion can mend."""
_WORST = [
    Standing.NOT_IN_FORCE,
    Standing.NOT_BOUND,
    Standing.NOT_BINDING,
    Standing.CONFLICT,
    Standing.UNKNOWN,
    Standing.AS_KNOWN,
    Standing.ASSERTED,
    Standing.BOUND,
]


def pair_standing(
    lawbook: Lawbook, treaty: Treaty, states: tuple[str, str], on: date, *, asserted: bool = False
) -> tuple[Standing, tuple[StateStanding, StateStanding]]:
    """The standing of a pair, and of the requesting and the requested state.

    Args:
        lawbook: the law data.
        treaty: an instrument of it.
        states: the requesting state, then the requested state.
        on: the day asked about.
        asserted: an official asserts that both are bound; that mends silence, age and conflict of the data, never
            what a source denies.
    """
    one, other = (state_standing(lawbook, treaty, state, on) for state in states)
    both = min(one.standing, other.standing, key=_WORST.index)
    if asserted and both in {Standing.UNKNOWN, Standing.CONFLICT, Standing.AS_KNOWN}:
        both = Standing.ASSERTED
    return both, (one, other)


def state_standing(lawbook: Lawbook, treaty: Treaty, state: str, on: date) -> StateStanding:
    """What the data say of one state: of a protocol, and of the instrument it supplements."""
    own = _own_standing(lawbook, treaty, state, on)
    parent = lawbook.treaties.get(treaty.supplements) if treaty.supplements else None
    if parent is None:
        return own
    above = state_standing(lawbook, parent, state, on)
    if _WORST.index(above.standing) >= _WORST.index(own.standing):
        return own
    return above.model_copy(update={"note": f"{parent.short}: {above.note or above.standing.value}"})


def _own_standing(lawbook: Lawbook, treaty: Treaty, state: str, on: date) -> StateStanding:
    if treaty.kind in BINDING_NOBODY:
        return StateStanding(state=state, standing=Standing.NOT_BINDING, note=treaty.status)
    if not treaty.in_force:
        return StateStanding(state=state, standing=Standing.NOT_IN_FORCE, note=treaty.status)
    if treaty.in_force_since and treaty.in_force_since > on:
        note = f"in force since {treaty.in_force_since.isoformat()}"
        return StateStanding(state=state, standing=Standing.NOT_IN_FORCE, since=treaty.in_force_since, note=note)
    profile = lawbook.states.get(state)
    if profile is not None and (bound := profile.bound(treaty.id)):
        standing = Standing.BOUND if bound.since <= on else Standing.NOT_BOUND
        note = "" if bound.since <= on else f"not before {bound.since.isoformat()}"
        return StateStanding(state=state, standing=standing, since=bound.since, source=bound.source, note=note)
    if denied := next((each for each in treaty.not_bound if each.state == state), None):
        return StateStanding(state=state, standing=Standing.NOT_BOUND, source=denied.source)
    rows = [row for row in lawbook.parties.get(treaty.parties or treaty.id, ()) if row.state == state]
    return _by_list(treaty, state, rows, on)


def _by_list(treaty: Treaty, state: str, rows: list[Party], on: date) -> StateStanding:
    """By the rows of a list for this state: the one that covers the day, else the nearest before or after it."""
    if not rows:
        return StateStanding(state=state, standing=Standing.UNKNOWN, note="the data are silent")
    covering = [row for row in rows if (row.since or date.min) <= on <= (row.until or date.max)]
    past = [row for row in rows if row.until and row.until < on]
    row = (covering or sorted(past, key=_end) or rows)[-1]
    since = row.since
    if since and treaty.in_force_since:  # a list of members is older than what binds them
        since = max(since, treaty.in_force_since)
    notes = [row.declarations, row.basis]
    if row.conflict:
        standing = Standing.CONFLICT
    elif not covering:
        standing = Standing.NOT_BOUND
        known = f"no longer since {row.until.isoformat()}" if row.until and past else ""
        notes.insert(0, known or f"not before {row.since.isoformat() if row.since else 'an unknown day'}")
    elif row.since is None:
        standing = Standing.UNKNOWN
        notes.insert(0, "a party since an unknown day")
    else:
        standing = Standing.BOUND if on <= row.as_of else Standing.AS_KNOWN
    return StateStanding(
        state=state,
        standing=standing,
        since=since,
        until=row.until,
        as_of=row.as_of,
        source=row.source,
        note="; ".join(note for note in notes if note),
    )


def _end(row: Party) -> date:
    return row.until or date.max
