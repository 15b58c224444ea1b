"""rogatory extradition, up to the decision: arrest, dossier, formal request, consent, decision, assurances."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, acting, desk, receipt_shown
from rogatory.cli.extradition_act import Proof, show_it, tell
from rogatory.cli.extradition_case import (
    day_of,
    extradition,
    known_word,
    law_of,
    moment_of,
    show_findings,
    the_day,
)
from rogatory.cli.output import day, line, minute, next_step, say
from rogatory.errors import UsageError
from schemas.extradition_acts import (
    GiveAssurance,
    ReportArrest,
    ReportConsent,
    ReportDecision,
    ReportNotFound,
    RequestProsecution,
)


async def arrest(
    reference: str,
    /,
    *,
    on: Annotated[str, Parameter(help="The day of the arrest, YYYY-MM-DD, where it was made.")],
    at: Annotated[str | None, Parameter(help="The moment, with its zone: 2026-11-22T09:30+01:00.")] = None,
    told: Annotated[str | None, Parameter(help="The day we were told; default: the day of the arrest.")] = None,
    place: Annotated[str | None, Parameter(help="Where the person is held.")] = None,
    their_ref: Annotated[str | None, Parameter(help="Their number of the case.")] = None,
    estimated: Annotated[bool, Parameter(negative="", help="The day is not known for certain.")] = False,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record that the person was arrested; the periods of the law run from there."""
    arrested = the_day(on, "--on")
    done = await tell(
        reference,
        ReportArrest,
        command_id,
        arrested_on=arrested,
        arrested_at=moment_of(at, "--at"),
        told_on=day_of(told, "--told") or arrested,
        place=place,
        foreign_reference=their_ref,
        estimated=estimated,
        proof=proof,
    )
    done.shown(f"Arrested on {day(arrested)}.", f"rogatory extradition clocks {reference}", arrested_on=arrested)


async def not_found(reference: str, /, *, reason: Reason, proof: Proof = None, command_id: CommandId = None) -> None:
    """Record that the requested state has not found the person."""
    done = await tell(reference, ReportNotFound, command_id, reason=reason, proof=proof)
    done.shown(f"Not found: {reference} closes.", f"rogatory case show {reference}")


async def supply(
    reference: str,
    item: str,
    /,
    *,
    title: Annotated[str, Parameter(help="What the paper is, with its number and date.")],
    pages: Annotated[int, Parameter(help="How many pages.")],
    file: Annotated[Path | None, Parameter(help="The paper as PDF; left out when it goes on paper only.")] = None,
    language: Annotated[str, Parameter(help="E.g. en.")] = "en",
    command_id: CommandId = None,
) -> None:
    """Add a paper to the dossier of the formal request.

    Parameters
    ----------
    item: str
        The paper by its word, e.g. statement_of_offences: `rogatory extradition show` lists what is missing.
    """
    async with acting(command_id) as (office, given):
        case = extradition(office, reference)
        titles = {paper.item: paper.title for paper in case.assessment.dossier}
        receipt = await office.supply(
            reference, item, title, pages=pages, file=file, language=language, command_id=given
        )
        left = extradition(office, reference).missing
    if receipt_shown(receipt, reference=reference, item=item, missing=left):
        return
    known = "" if item in titles else "  The law asks for no paper of that name."
    say(f"Supplied: {line(titles.get(item, item))}, {minute(receipt.recorded_at)}.{known}")
    if left:
        say(f"Still missing: {', '.join(left)}")
    next_step(
        f"rogatory extradition supply {reference} {left[0]} --title T --pages N"
        if left
        else f"rogatory extradition file {reference}"
    )


async def file(
    reference: str,
    /,
    *,
    draft: Annotated[Path | None, Parameter(help="The request in new words; else as it was filed.")] = None,
    missing: Annotated[str, Parameter(help="Papers that are to follow, by their words: a,b")] = "",
    command_id: CommandId = None,
) -> None:
    """File the formal request; what is missing of the dossier must be named as to follow."""
    follow = tuple(word.strip() for word in missing.split(",") if word.strip())
    async with acting(command_id) as (office, given):
        extradition(office, reference)
        receipt = await office.file_formal(reference, draft, missing=follow, command_id=given)
    if receipt_shown(receipt, reference=reference, to_follow=follow):
        return
    said = f"; to follow: {', '.join(follow)}" if follow else ""
    say(f"The formal request is filed{said}, {minute(receipt.recorded_at)}. The central authority reviews it.")
    next_step(f"rogatory task list --case {reference}")


async def consent(
    reference: str,
    /,
    *,
    before: Annotated[str, Parameter(help="The court or authority before which it was given.")],
    on: Annotated[str, Parameter(help="The day, YYYY-MM-DD.")],
    judge: Annotated[bool, Parameter(help="It was given before a judge.")],
    counsel: Annotated[bool, Parameter(help="Counsel was present.")],
    interpreter: Annotated[bool, Parameter(help="An interpreter was present, or not needed.")],
    renounces_speciality: Annotated[bool, Parameter(negative="", help="The rule of speciality was renounced.")] = False,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record that the person consented to surrender."""
    given_on = the_day(on, "--on")
    done = await tell(
        reference,
        ReportConsent,
        command_id,
        before=before,
        before_judge=judge,
        counsel=counsel,
        interpreter=interpreter,
        renounces_speciality=renounces_speciality,
        given_on=given_on,
        proof=proof,
    )
    rule = "Speciality is renounced." if renounces_speciality else "Speciality is not renounced."
    done.shown(f"The person consented on {day(given_on)}. {rule}", show_it(reference), given_on=given_on)


async def decision(
    reference: str,
    /,
    *,
    decided: Annotated[str, Parameter(help="The day of the decision, YYYY-MM-DD.")],
    granted: Annotated[str, Parameter(help="Offences granted, by their numbers in the request: 1,2")] = "",
    refused: Annotated[str, Parameter(help="Offences refused, each with its ground: 3=nationality,4=political")] = "",
    reasons: Annotated[str | None, Parameter(help="The reasons for what is refused.")] = None,
    demanded: Annotated[str, Parameter(help="Assurances it wants first: death_penalty,retrial")] = "",
    conditions: Annotated[str | None, Parameter(help="In words.")] = None,
    surrender: Annotated[
        Literal["immediate", "postponed", "temporary"], Parameter(help="How the surrender is granted.")
    ] = "immediate",
    notified: Annotated[str | None, Parameter(help="The day we were notified.")] = None,
    final: Annotated[str | None, Parameter(help="The day it became final.")] = None,
    committed: Annotated[str | None, Parameter(help="The day the person was committed to await surrender.")] = None,
    days_detained: Annotated[int | None, Parameter(help="Days in detention so far.")] = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record the decision, offence by offence, and say what the law holds against each ground of refusal."""
    at = desk()
    case, lawbook = extradition(at, reference), law_of(at)
    yes = tuple(case.number(_offence(word, "--granted")) for word in _listed(granted))
    no: dict[int, str] = {}
    for pair in _listed(refused):
        number, equals, ground = pair.partition("=")
        if not equals:
            raise UsageError(f'--refused: "{line(pair)}" names no ground.', "E.g. --refused 3=nationality")
        no[case.number(_offence(number, "--refused"))] = known_word(ground, lawbook.words.grounds, "ground of refusal")
    wanted = tuple(known_word(word, lawbook.words.assurances, "assurance") for word in _listed(demanded))
    done = await tell(
        reference,
        ReportDecision,
        command_id,
        granted=yes,
        refused=tuple({"offence": number, "ground": ground} for number, ground in no.items()),
        reasons=reasons,
        demanded=wanted,
        conditions=conditions,
        surrender=surrender,
        decided_on=the_day(decided, "--decided"),
        notified_on=day_of(notified, "--notified"),
        final_on=day_of(final, "--final"),
        committed_on=day_of(committed, "--committed"),
        days_detained=days_detained,
        proof=proof,
    )
    found = {
        ground: case.judge(
            lawbook,
            "refusal",
            {"ground": ground, "partial": bool(yes), "purpose": case.draft.purpose.value}
            | ({"reasons": reasons} if reasons else {}),
        )
        for ground in dict.fromkeys(no.values())
    }
    said = f"Granted for {_numbers(yes)}." if yes else "Refused."
    if no and yes:
        said += f" Refused for {_numbers(tuple(no))}."
    then = f"rogatory extradition assure {reference} {wanted[0]} --text TEXT" if wanted else show_it(reference)

    def against() -> None:
        for ground, findings in found.items():
            nothing = "" if findings else " nothing in the law data stands against it."
            say(f"  Refused because {lawbook.words.grounds[ground]}:{nothing}")
            show_findings(findings)

    done.shown(said, then, between=against, granted=yes, refused=no, demanded=wanted, findings=found)


async def assure(
    reference: str,
    kind: str,
    /,
    *,
    text: Annotated[str, Parameter(help="The assurance, in the words of the letter.")],
    command_id: CommandId = None,
) -> None:
    """Give an assurance; it goes out as a letter.

    Parameters
    ----------
    kind: str
        By its word, e.g. death_penalty.
    """
    known_word(kind, law_of(desk()).words.assurances, "assurance")
    done = await tell(reference, GiveAssurance, command_id, kind=kind, text=text)
    done.shown(f"Assurance given: {kind.replace('_', ' ')}; the letter goes out.", show_it(reference), kind=kind)


async def prosecute(
    reference: str,
    /,
    *,
    note: Annotated[str | None, Parameter(help="In words; it goes into the letter.")] = None,
    command_id: CommandId = None,
) -> None:
    """Ask that a person who is not extradited for nationality be prosecuted there."""
    done = await tell(reference, RequestProsecution, command_id, note=note)
    done.shown("Prosecution in the requested state is asked for; the letter goes out.", show_it(reference))


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _offence(text: str, flag: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise UsageError(f'{flag}: "{line(text)}" is not the number of an offence.', "E.g. 1,2")
    return int(text)


def _numbers(offences: tuple[int, ...]) -> str:
    what = "offence" if len(offences) == 1 else "offences"
    return f"{what} {', '.join(str(each) for each in offences)}"
