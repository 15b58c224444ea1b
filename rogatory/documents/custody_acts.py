"""The acts of custody by the item they are about, gathered once: a case may hold tens of thousands of items."""

from collections import defaultdict

from rogatory.documents.case_view import acts
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from schemas.evidence import ManifestItem
from schemas.register import ItemRow

CUSTODY = ("receive", "offer", "accept", "refuse-custody", "resolve")


class CustodyActs:
    """What a dossier says of each item."""

    def __init__(self, dossier: Dossier) -> None:
        self._known = {item.item: item for one in dossier.manifests.values() for item in one.items}
        self._manifests = dossier.manifests
        self._about = defaultdict[object, list[Act]](list)
        self._measured = dict[tuple[int, str], str]()
        for act in (each for each in dossier.acts if each.act in CUSTODY):
            self._about[act.facts.get("manifest" if act.act == "receive" else "item")].append(act)
            items = act.facts.get("items") if act.act == "receive" else None
            for item in items if isinstance(items, list) else ():
                if isinstance(item, dict):
                    self._measured[act.sequence, str(item.get("item"))] = str(item["digest"])
        signed = ((act, act.facts.get("items")) for act in acts(dossier, "sign-off"))
        self._signed = [(act, frozenset(map(str, named))) for act, named in signed if isinstance(named, list)]

    def concerning(self, row: ItemRow) -> list[Act]:
        """Receipt, offers, acceptances and decisions, in order. Raises MissingFactError without any."""
        found = sorted([*self._about[row.manifest], *self._about[row.item]], key=lambda act: act.sequence)
        if not found:
            raise MissingFactError(f"The receipt of {row.item} is missing.")
        return found

    def signed_for(self, row: ItemRow) -> list[Act]:
        """The sign-offs that name the item's digest; none for an item excluded, whose copy may have been kept."""
        return [act for act, named in self._signed if row.state != "excluded" and row.digest in named]

    def known(self, row: ItemRow) -> ManifestItem:
        """The item as its manifest has it. Raises MissingFactError without one."""
        if row.manifest not in self._manifests or row.item not in self._known:
            raise MissingFactError(f"The manifest of {row.item} is missing.")
        return self._known[row.item]

    def digest_in(self, act: Act, row: ItemRow) -> str:
        """The digest the act itself states of the item; empty where it states none."""
        if act.act == "receive":
            return self._measured.get((act.sequence, row.item), "")
        return row.digest if act.act == "sign-off" else str(act.facts.get("digest") or "")

    def holder_before(self, act: Act, row: ItemRow) -> str:
        """Who held the item before: the last who received or accepted it; empty where nobody did."""
        for earlier in reversed([each for each in self.concerning(row) if each.sequence < act.sequence]):
            if earlier.act == "accept":
                return earlier.by
            if earlier.act == "receive":
                return str(earlier.facts.get("holder"))
        return ""
