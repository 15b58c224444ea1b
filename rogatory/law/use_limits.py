"""What the law data say of the use of returned evidence: the first instrument of a request that speaks of it. Pure."""

from typing import Literal, NamedTuple

from rogatory.law.basis import gives_way
from rogatory.law.model import Lawbook
from schemas.use import Limit


class UseLimit(NamedTuple):
    """The limit on use of what a request brought."""

    limit: Limit
    source: str
    """The provision, or "undertaking of the request"."""
    exculpatory: Literal["after-notice", "with-consent", "unknown"]


def use_limit(lawbook: Lawbook, instruments: tuple[str, ...], *, attached: bool, undertaken: bool) -> UseLimit:
    """The limit.

    Args:
        lawbook: the law data.
        instruments: of the request, the governing one first.
        attached: the requested state attached conditions.
        undertaken: the request promised that what is returned is used for its proceedings only.
    """
    known = tuple(each for each in instruments if each in lawbook.treaties)
    governing = lawbook.treaties[known[0]] if known else None
    for treaty, rule in lawbook.rules(known):
        if rule.use is None or (rule.fallback and gives_way(treaty, governing)):
            continue
        source = f"{treaty.id} {rule.article}"
        if rule.use.limit == "automatic":
            return UseLimit(Limit.AUTOMATIC, source, rule.use.exculpatory)
        if attached:
            return UseLimit(Limit.ATTACHED, source, rule.use.exculpatory)
        if undertaken:
            return UseLimit(Limit.UNDERTAKEN, "undertaking of the request", rule.use.exculpatory)
        return UseLimit(Limit.NONE, source, rule.use.exculpatory)
    if attached:
        return UseLimit(Limit.ATTACHED, "conditions of the requested state", "unknown")
    if undertaken:
        return UseLimit(Limit.UNDERTAKEN, "undertaking of the request", "unknown")
    return UseLimit(Limit.UNKNOWN, "the law data do not say", "unknown")
