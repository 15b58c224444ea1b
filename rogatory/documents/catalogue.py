"""The catalogue of formal documents as values; the data stand in catalogue.yaml."""

from typing import Literal

from rogatory.errors import RogatoryError
from schemas.documents import DocumentType
from schemas.identifiers import LanguageTag, Record


class MissingFactError(RogatoryError):
    """A document lacks a fact: it is not made, since an empty space on paper would be taken for the fact."""


class DocumentKind(Record):
    """One type of document."""

    title: str
    step: str
    audience: Literal["internal", "requested-state", "court"]
    languages: tuple[LanguageTag, ...]
    signature: Literal["none", "seal", "signatory"]
    source: str
    """The rule of the house, or the topic of the governing instrument, it answers to."""
    needs: tuple[str, ...]
    """Facts its order must carry."""


class Catalogue(Record):
    """Every type of document."""

    documents: dict[DocumentType, DocumentKind]

    def of(self, document: DocumentType) -> DocumentKind:
        """The entry of that type. Raises MissingFactError when the catalogue has none."""
        if document not in self.documents:
            raise MissingFactError(f"The catalogue has no {document}.", "Add it to rogatory/documents/catalogue.yaml.")
        return self.documents[document]
