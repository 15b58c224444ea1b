"""Extradition at an official's desk: what the requested state told on paper, what we ask, promise and supply."""

import asyncio
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rogatory.acting import Acting, new_command_id
from rogatory.custody.policy import MAY
from rogatory.errors import UsageError
from schemas.commands import Command, Receipt
from schemas.extradition_acts import FileFormal, SupplyItem
from schemas.identifiers import Role
from schemas.sole_letter import FollowUp
from schemas.tasks import REQUESTS

PREFERRED = (Role.REVIEWER, Role.SIGNATORY, Role.PROSECUTOR, Role.CUSTODIAN)
"""Whoever holds several roles acts in the first that may."""


class ExtraditionActs(Acting):
    """What an official does in a case of extradition; every act by its type in schemas/extradition_acts.py."""

    async def act(
        self, reference: str, kind: type[Command], /, *, command_id: str | None = None, **fields: Any
    ) -> Receipt:
        """Signs an act and gives it to the stage that waits for it.

        Args:
            reference: the case.
            kind: the act's type, e.g. ReportArrest.
            command_id: to repeat an act; by default a new one.
            fields: the act's own fields; a Path among them is stored in the vault, and its digest stands in its place.

        Raises:
            UsageError: a field is missing or malformed; the words name what.
        """
        stages = self._stages(reference, kind.ACT)
        kept = {
            name: await asyncio.to_thread(self._proof, reference, value) if isinstance(value, Path) else value
            for name, value in fields.items()
        }
        try:
            command = kind.model_validate(
                kept
                | {
                    "command_id": command_id or new_command_id(),
                    "by": self.official,
                    "role": self._role(*(role for role in PREFERRED if role in MAY[kind.ACT])),
                }
            )
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or kind.ACT
            takes = ", ".join(name for name in kind.model_fields if name not in Command.model_fields)
            raise UsageError(f"{where}: {first['msg']}.", f"The act {kind.ACT} takes: {takes}.") from error
        for field in sorted(kind.WITHHELD):
            if words := getattr(command, field):
                self._printable(reference, words)
        return await self._tell_stage(reference, stages, command)

    async def supply(
        self,
        reference: str,
        item: str,
        title: str,
        *,
        pages: int,
        file: Path | None = None,
        language: str = "en",
        command_id: str | None = None,
    ) -> Receipt:
        """Supplies a paper of the dossier; `file` is the paper as PDF."""
        if file is not None and not _is_pdf(file):
            raise UsageError(f"{file} is not a PDF.", "Scan or print the paper to PDF, or leave the file out.")
        return await self.act(
            reference,
            SupplyItem,
            item=item,
            title=title,
            enclosure=file,
            pages=pages,
            language=language,
            command_id=command_id,
        )

    async def followed_up(self, reference: str, request: str, *, command_id: str | None = None) -> Receipt:
        """Names the request for assistance that asks for preserved data; it must be out, to the same state.

        Raises:
            UsageError: it is not, or is no request for assistance. NotFoundError: the register has none of that name.
        """
        case, other = self.register.case(reference), self.register.case(request)
        if other.kind != "mutual-assistance" or other.requested_state != case.requested_state:
            raise UsageError(
                f"{request} is no request for assistance to {case.requested_state}.",
                "Name the one that asks for the data.",
            )
        sent = [row.dispatched_at for row in self.register.transmissions(request) if row.kind in REQUESTS]
        out = next((moment for moment in sent if moment), None)
        if out is None:
            raise UsageError(f"{request} was not sent yet.", f"Send it first: rogatory transmit {request}")
        return await self.act(reference, FollowUp, request=request, sent_on=out.date(), command_id=command_id)

    async def file_formal(
        self,
        reference: str,
        draft: Path | None = None,
        *,
        missing: tuple[str, ...] = (),
        command_id: str | None = None,
    ) -> Receipt:
        """Files the formal request, in the words of a new draft if one is given; `missing` is named as to follow."""
        request = await asyncio.to_thread(self.file_draft, reference, draft) if draft else None
        return await self.act(reference, FileFormal, request=request, missing=missing, command_id=command_id)


def _is_pdf(file: Path) -> bool:
    try:
        with file.open("rb") as content:
            return content.read(5) == b"%PDF-"
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
