"""The extradition that `rogatory demo` plays: from provisional arrest to surrender, and what is owed afterwards."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rogatory.cli.extradition_case import CLOCK_WORDS, Extradition, extradition, law_of, speciality_told
from rogatory.cli.output import day
from rogatory.errors import IntegrityError, RefusedError
from schemas.extradition_acts import ProposeCharge, ReportDischarge, RequestWaiver

if TYPE_CHECKING:
    from rogatory.cli.demo import Demo, People
    from schemas.register import ClockRow

REFUSED = "2=territoriality"
"""What the requested state refuses, so that the demonstration has something to refuse."""
QUESTION_ANSWER = (
    "Yes. The warrant of arrest IJ 77/2026 of 16 October 2026 is in force; it has been neither replaced nor limited."
)
TITLES = {
    "statement_of_offences": "Statement of the offences, with time, place and legal description (20 November 2026)",
    "person_description": "Description of Mirela Ostrand, with photograph and fingerprints (5 September 2026)",
}
CHARGE = {"title": "Forgery of documents", "provision": "Criminal Code of Xaveria, section 267(1)"}
FACTS = (
    "Between March and June 2025 Ms Ostrand is said to have made out eleven residence certificates in the name of the "
    "municipality of Saint Aubel. The certificates were found in her flat after the request for extradition was filed."
)
SETTLED_SOON = 60  # seconds


class ExtraditionPlayed:
    """The people of one extradition, played in order."""

    def __init__(self, demo: "Demo", people: "People") -> None:
        self.demo, self.people, self.told = demo, people, demo.told
        self.reference = ""

    async def play(self, draft: Path) -> str:
        """The whole case, which stays open; returns its reference."""
        prosecutor = self.people.prosecutor
        self.reference = await self.demo.submit(prosecutor, draft)
        self.told("Extradition requested", f"{self.reference}: provisional arrest first, since she may leave")
        await self.approve_and_send("request for provisional arrest")
        await self.demo.task(prosecutor, self.reference, "dossier")
        self.told("Arrested", f"reported by XN as {prosecutor.register.case(self.reference).foreign_reference}")
        self.tell_clocks("arrest", "notice-of-arrest")
        await self.complete_dossier()
        await self.approve_and_send("formal request, with its annexes")
        await prosecutor.until(lambda: prosecutor.register.messages(self.reference), "XN's question", SETTLED_SOON)
        await prosecutor.reply(self.reference, QUESTION_ANSWER)
        self.told("Asked and answered", "XN asked for supplementary information; the reply went out")
        await self.decided()
        await self.surrendered()
        await self.after_the_surrender()
        return self.reference

    async def approve_and_send(self, what: str) -> None:
        """Two approvals, the signature, the package."""
        people = self.people
        review = await self.demo.task(people.prosecutor, self.reference, "review")
        await people.reviewer_1.decide(review, "approve")
        await people.reviewer_2.decide(review, "approve")
        await people.signatory.decide(review, "approve")
        await self.demo.task(people.prosecutor, self.reference, "transmission")
        await people.signatory.transmit(self.reference, "folder")
        self.told("Approved, signed, sent", f"the {what}")

    async def complete_dossier(self) -> None:
        """What the law asks for beyond the draft."""
        prosecutor = self.people.prosecutor
        missing = self.case.missing
        titles = {paper.item: paper.title for paper in self.case.assessment.dossier}
        for item in missing:
            await prosecutor.supply(self.reference, item, TITLES.get(item, titles[item])[:200], pages=3)
        ready = len(titles)
        self.told("Dossier completed", f"{len(missing)} papers supplied, {ready} of {ready} ready")
        await prosecutor.file_formal(self.reference)

    async def decided(self) -> None:
        """The decision, offence by offence, with what the law says of the ground."""
        await self.until("report-decision", "XN's decision")
        case, lawbook = self.case, law_of(self.people.prosecutor)
        granted = ", ".join(str(number) for number in case.granted)
        self.told("Decided by XN", f"granted for offence {granted}")
        for number, ground in case.refused.items():
            self.told("", f"refused for offence {number}: {lawbook.words.grounds.get(ground, ground)}")
            known = next((each for each in case.assessment.grounds if each.ground == ground), None)
            if known:
                self.told("", f"  the law: such a refusal {known.nature} be given ({known.source})")

    async def surrendered(self) -> None:
        """The handover, and the property in custody."""
        prosecutor, custodian = self.people.prosecutor, self.people.custodian
        await self.until("appoint", "day and place of the surrender")
        appointed = self.case.told("appoint")[-1].facts["on"]
        await self.until("report-surrender", "the surrender")
        self.told("Surrendered", f"on the day appointed, {appointed}, at the place appointed")
        self.tell_clocks("appointed-date")
        await self.demo.task(prosecutor, self.reference, "custody-sign-off")
        items = [row.item for row in prosecutor.register.items(self.reference)]
        self.told("Property handed over", f"{len(items)} items, each as XN declared it")
        for item in items:
            await custodian.accept(item)
        await custodian.sign_off(self.reference)
        await prosecutor.sign_off(self.reference)
        self.told("Custody signed off", "by the custodian and the prosecutor, after every item was measured again")

    async def after_the_surrender(self) -> None:
        """Speciality: a charge refused, consent asked for and given, the discharge from which its end is counted."""
        prosecutor = self.people.prosecutor
        await self.demo.task(prosecutor, self.reference, "speciality")
        try:
            await prosecutor.act(self.reference, ProposeCharge, **CHARGE)
        except RefusedError as error:
            if error.kind != "Speciality":
                raise
            rule = speciality_told(self.case, law_of(prosecutor), error).hint.splitlines()[0]
            self.told("Charge REFUSED", f"{CHARGE['title']}: {error}")
            self.told("", f"the rule: {rule}")
        else:
            raise IntegrityError("A charge outside the grant was accepted.")
        asked = await self.people.signatory.act(
            self.reference, RequestWaiver, **CHARGE, facts=FACTS, statement_recorded=True
        )
        self.told("Consent asked for", "from XN, with the record of what Ms Ostrand says to it")
        await self.until("report-waiver", "XN's consent")
        await prosecutor.act(self.reference, ProposeCharge, **CHARGE, waiver=asked.command_id)
        self.told("Consent given", f"by XN; the charge of {CHARGE['title'].lower()} is accepted now")
        await prosecutor.act(self.reference, ReportDischarge, free_to_leave_on=datetime.now(UTC).date())
        self.told("Discharged", "in this demonstration at once, so that the last period is seen to begin")
        await prosecutor.until(lambda: self.clocks("final-discharge"), "the period of speciality", SETTLED_SOON)
        self.tell_clocks("final-discharge")
        self.told("The case STAYS OPEN", "what is owed to XN is watched until nothing is owed any more")

    @property
    def case(self) -> Extradition:
        """As its ledger tells now."""
        return extradition(self.people.prosecutor, self.reference)

    async def until(self, event: str, what: str) -> None:
        """Waits for that line on the ledger."""
        await self.people.prosecutor.until(lambda: self.case.told(event), what, SETTLED_SOON)

    def clocks(self, *anchors: str) -> "list[ClockRow]":
        """The periods counted from these events, soonest first."""
        rows = self.people.prosecutor.register.clocks(reference=self.reference, open_only=False)
        return [row for row in rows if row.anchor in anchors]

    def tell_clocks(self, *anchors: str) -> None:
        """One line for each, with day and article."""
        for row in self.clocks(*anchors):
            effect = CLOCK_WORDS.get(row.effect, row.effect)
            self.told("  period of the law", f"to {day(row.due)}: {row.what}")
            self.told("", f"{effect}: {row.then} ({row.source})")
