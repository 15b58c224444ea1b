"""Papers at an official's desk: which a case may have, what each needs, and the order to make one."""

from collections.abc import Mapping
from pathlib import Path

import rfc8785
from pydantic import JsonValue

from rogatory.acting import Acting, new_command_id
from rogatory.desk import Desk
from rogatory.documents.catalogue import Catalogue, DocumentKind, MissingFactError
from rogatory.documents.facts import FactFault, check, lacking
from rogatory.documents.sealed import strings_in
from rogatory.documents.views_papers import told
from rogatory.errors import UsageError
from schemas.commands import OrderDocument
from schemas.documents import PaperOrder
from schemas.register import DocumentRow


class FactError(UsageError):
    """Facts given are not what they must be; `faults` says which, `str()` gives them line by line."""

    def __init__(self, document: str, faults: list[FactFault]) -> None:
        super().__init__(
            "\n".join(told(document, fault) for fault in faults),
            "Nothing was ordered. What it takes: add --what",
        )
        self.faults = faults


def catalogue_of(desk: Desk) -> Catalogue:
    """The catalogue of documents of this installation."""
    from rogatory.adapters.catalogue_data import load_catalogue  # noqa: PLC0415  only where papers are ordered

    return load_catalogue(desk.profile.home / "templates")


def kind_of(catalogue: Catalogue, document: str, case_kind: str) -> DocumentKind:
    """The entry of a paper that may be ordered in a case of that kind.

    Raises:
        UsageError: there is none of that name; it is made at its step by itself; it belongs to other kinds of case.
    """
    kind = catalogue.documents.get(document)
    if kind is None:
        raise UsageError(
            f'There is no document "{document}".{catalogue.nearest(document)}',
            "See: rogatory case documents REF --available",
        )
    if case_kind not in kind.kinds:
        raise UsageError(
            f"{document} belongs to cases of the kind {' or '.join(kind.kinds)}; this one is {case_kind}.",
            "See: rogatory case documents REF --available",
        )
    if not kind.ordered_by:
        raise UsageError(
            f"{document} is made by itself, at its step ({kind.step}); it is not ordered.",
            "Those made are listed by: rogatory case documents REF",
        )
    return kind


class PaperActs(Acting):
    """What an official does to have a paper made."""

    async def order_document(
        self,
        reference: str,
        document: str,
        given: Mapping[str, JsonValue],
        *,
        language: str | None = None,
        command_id: str | None = None,
    ) -> DocumentRow:
        """Orders a paper of the case and waits until it lies in the vault.

        Args:
            reference: the case, open or closed.
            document: its type, as the catalogue names it.
            given: facts by name: texts, or plain values of a file.
            language: one of the type's; by default the request's where it has it, else its first.
            command_id: to repeat an order; by default a new one.

        Raises:
            UsageError: the type or a fact is not what it must be. MissingFactError: a fact is missing, by name.
            FindingsError: the words name a protected person.
        """
        case = self.register.case(reference)
        kind = kind_of(catalogue_of(self), document, case.kind)
        spoken = self.request(reference).draft.language
        language = language or (spoken if spoken in kind.languages else kind.languages[0])
        if language not in kind.languages:
            raise UsageError(
                f"There is no {document} in the language {language}.", f"One of: {', '.join(kind.languages)}"
            )
        facts = self._facts(reference, document, kind, self._measured(reference, kind, given))
        command_id = command_id or new_command_id()
        command = OrderDocument(
            command_id=command_id,
            by=self.official,
            role=self._role(*kind.ordered_by),
            document=document,
            language=language,
            given=rfc8785.dumps(facts).decode(),
        )
        signed = self._signed(command, reference, reference)
        digest = await self.client.order_paper(
            PaperOrder(
                reference=reference, command=signed.model_dump_json(), request=case.request, version=case.version
            ),
            command_id,
        )
        rows = await self.until(
            lambda: [row for row in self.register.documents(reference) if row.digest == digest], "the paper"
        )
        return rows[-1]

    def _facts(
        self, reference: str, document: str, kind: DocumentKind, given: Mapping[str, JsonValue]
    ) -> dict[str, JsonValue]:
        """The facts as they are signed: right, whole, printable, and without a protected person's name."""
        persons = {person.id: person.shown_as for person in self.request(reference).draft.persons}
        facts, faults = check(kind, given, persons)
        faults += [*_unshown(facts)]
        if faults:
            raise FactError(document, faults)
        if missing := lacking(kind, facts, found_later=True):
            raise MissingFactError(
                "\n".join(told(document, fault) for fault in missing),
                "Nothing was ordered. Add --fact NAME=VALUE, or --facts FILE.yaml",
            )
        self._printable(reference, "\n".join(strings_in(facts)))
        return facts

    def _measured(self, reference: str, kind: DocumentKind, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """The facts with the digest of a file, kept in the vault, in place of its path."""
        measured = dict(given)
        for name, fact in kind.asked.items():
            value = measured.get(name)
            if (
                fact.type == "digest"
                and isinstance(value, str)
                and not value.startswith("sha256:")
                and Path(value).is_file()
            ):
                measured[name] = self._proof(reference, Path(value))
        return measured


def _unshown(facts: Mapping[str, JsonValue]) -> list[FactFault]:
    """Characters that no font of ours shows, or that would steer the text around them."""
    from rogatory.adapters.characters import unshown  # noqa: PLC0415  fontTools: only for acts with words

    return [
        FactFault((name,), f"holds a character that cannot stand there: it {reason}.")
        for name, value in facts.items()
        for text in strings_in(value)
        for _, reason in list(unshown(text))[:1]
    ]
