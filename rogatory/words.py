"""Words a person adds to a case: never the name of a protected person."""

from rogatory.documents.sealed import find_sealed, sealed_names
from rogatory.errors import FindingsError
from rogatory.ports import EvidenceVault
from schemas.filed import FiledRequest


def check_words(vault: EvidenceVault, reference: str, filed: FiledRequest, text: str) -> None:
    """Raises FindingsError when the text names a protected person."""
    if filed.sealed_annex is None:
        return
    names = sealed_names(vault.read(reference, filed.sealed_annex))
    if find_sealed(text, names):
        pseudonyms = ", ".join(person.shown_as for person in filed.draft.persons if person.protected)
        raise FindingsError(
            "Your words name a protected person (Palermo Protocol art. 6(1)). Nothing was sent.",
            f"Write the pseudonym: {pseudonyms}.",
        )
