"""The requested state's central authority at work: one message in, one step of one case out."""

import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import pikepdf
from pydantic import JsonValue, TypeAdapter

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.channel_folder import ENDING
from rogatory.adapters.database import open_database
from rogatory.adapters.officials import SERVICE, open_ledger, signer_for
from rogatory.adapters.package_check import open_verified
from rogatory.adapters.package_key import package_identity
from rogatory.adapters.package_zip import OpenedPackage, build_package, encrypt_package, open_package
from rogatory.adapters.witness import open_witness
from rogatory.custody.dsse import sign_envelope
from rogatory.custody.instants import instant
from rogatory.custody.names import file_name
from rogatory.custody.note import LOG, read_key
from rogatory.custody.package import (
    CHECKPOINT,
    COSIGNED,
    MESSAGE_TYPE,
    PROOFS,
    PackageMessage,
    Part,
    SentItem,
    part,
)
from rogatory.errors import IntegrityError, RefusedError, RogatoryError
from rogatory.simulator.disk import announcement, listing
from rogatory.simulator.docket import Docket, SimulatedCase, message_id
from rogatory.simulator.evidence import Made, Measure, execute, measures_of, wrong_digest
from rogatory.simulator.extradition import (
    ABOUT_THE_WARRANT,
    Course,
    Report,
    act_of,
    afterwards,
    asked_for,
    before_the_request,
    is_extradition,
    property_of,
    upon_the_request,
)
from rogatory.simulator.sole_letter import alone_in, answer_to
from schemas.custody import TrustAnchors

QUESTION = (
    "Before the measures are executed, please confirm that the proceedings are still at the stage the letter states, "
    "and that the material will be used in them only (UNTOC article 18(16), 18(19))."
)
CONDITIONS = ("The material may be used only in the proceedings named in the letter (UNTOC article 18(19)).",)
OPENING = {"request", "provisional-arrest"}
ASKING = {"assurance", "status-query", "surrender-notice", "waiver-request", "onward-request", "prosecution-request"}
MAX_PDF = 64 << 20
MAX_PROOFS = 64 << 20
Say = Callable[[str], None]
_MEASURES = TypeAdapter(list[Measure])


@dataclass(frozen=True)
class RequestedState:
    """The simulator's central authority."""

    home: Path
    inbox: Path
    docket: Docket
    say: Say
    """Receives one line of codes for each step."""
    pace: float = 0.0
    """Seconds before each step, as an office takes its time."""
    corrupt: int = 0
    """The number of the item whose declared digest is made wrong; 0 for none."""
    disk: bool = False
    """Whether a disk goes by courier as well, announced by wire once its list of files is delivered."""
    course: Course = field(default_factory=Course)
    """How it acts in an extradition."""

    def work(self) -> int:
        """Takes in what came, then does each case's next steps; returns how much was done."""
        done = 0
        fresh = [path for path in self.inbox.glob(f"*{ENDING}") if not self.docket.seen(path.name) and path.is_file()]
        for path in sorted(fresh, key=lambda one: (one.stat().st_mtime_ns, one.name)):  # a reply follows its request
            self.take_in(path)
            done += 1
        for case in self.docket.cases():
            done += self.advance(case)
        return done

    # what comes in

    def take_in(self, path: Path) -> None:
        """Verifies one message and notes what it says; what does not verify is refused and set aside."""
        try:
            opened = self.open(path)
        except RogatoryError as fault:
            self.refuse(path, str(fault))
        else:
            with opened:
                self.witness(opened)
                self.note(opened)
        self.docket.note_seen(path.name)

    def open(self, path: Path) -> OpenedPackage:
        """The message, verified against its sender's anchors. Raises RogatoryError when it is not to be used."""
        identity = package_identity(self.home)
        with open_package(path, identity) as claimed:
            sender = claimed.message.sender
        peer = open_ledger(self.home).officials().get(f"{sender.lower()}-authority")
        if peer is None:
            raise IntegrityError(f"{sender} is not registered here.")
        opened = open_verified(path, identity, FileAnchors(self.home).peer(sender), seal_keys={peer.keyid})
        if opened.message.to != self.state or f"{opened.message.transmission}{ENDING}" != path.name:
            opened.close()
            raise IntegrityError("The message is for another state, or under another message's name.")
        return opened

    def witness(self, opened: OpenedPackage) -> None:
        """Cosigns the head of the sender's ledger that came along, if it continues the one cosigned before."""
        log_key = FileAnchors(self.home).peer(opened.message.sender).log_key
        witness = open_witness(self.home, open_database(self.home / "ledger.sqlite"))
        if witness is None or log_key is None or not {CHECKPOINT, PROOFS} <= set(opened.paths):
            return
        note, proofs = (opened.read(path, MAX_PROOFS).decode("utf-8", "replace") for path in (CHECKPOINT, PROOFS))
        try:
            witness.consider(note, proofs, log_key)
        except RefusedError as fault:
            self.say(f"{opened.message.reference} not-cosigned {fault.kind} {opened.message.transmission}")

    def cosigned(self, case: SimulatedCase) -> list[Part]:
        """The head of the other ledger that we cosigned last: it goes along with each of our messages."""
        log_key = FileAnchors(self.home).peer(case.sender).log_key
        witness = open_witness(self.home, open_database(self.home / "ledger.sqlite"))
        newest = witness.newest(read_key(log_key, LOG).name) if witness and log_key else None
        return [part(COSIGNED, newest.encode())] if newest else []

    def note(self, opened: OpenedPackage) -> None:
        """What a verified message changes in its case."""
        message = opened.message
        case = self.docket.case(message.reference)
        if message.kind in OPENING:
            self.note_request(opened, case)
        elif case is not None and case.extradition and message.kind in ASKING:
            self.note_asked(opened, case)
        elif case is not None and message.kind == "reply":
            self.docket.keep(case.model_copy(update={"replied": True}))
        elif case is not None and message.kind == "withdrawal":
            self.docket.keep(case.model_copy(update={"withdrawn": True}))
        else:
            self.say(f"{message.reference} ignored {message.kind} {message.transmission}")
            return
        self.say(f"{message.reference} received {message.kind} {message.transmission}")

    def note_request(self, opened: OpenedPackage, case: SimulatedCase | None) -> None:
        """A letter opens a case; the same letter sent anew is acknowledged anew, and nothing more."""
        message = opened.message
        data = _case_data(opened)
        if case is None:
            own = self.docket.next_number(self.state, message.at.year)
            measures = _MEASURES.dump_json(measures_of(data)).decode()
            case = SimulatedCase(
                reference=message.reference, own=own, sender=message.sender, requests=(), measures=measures
            ).model_copy(update={"alone": alone_in(data)})
        if message.transmission not in case.requests:  # killed before it was marked as seen, we read it twice
            case = case.model_copy(update={"requests": (*case.requests, message.transmission)})
        if is_extradition(data):
            offences, sought = asked_for(data)
            case = case.model_copy(update={"extradition": True, "offences": offences, "sought": sought})
            if message.kind == "provisional-arrest":
                case = case.model_copy(update={"provisional": True})
            else:
                case = case.model_copy(update={"formal": case.formal or message.transmission})
        self.docket.keep(case)

    def note_asked(self, opened: OpenedPackage, case: SimulatedCase) -> None:
        """What comes in an extradition after its letters; the act a document speaks of is what we answer."""
        kind, act = opened.message.kind, act_of(_case_data(opened))
        changed: dict[str, object] = {}
        if kind == "assurance":
            changed = {"assured": True}
        elif kind == "prosecution-request":
            changed = {"prosecution": True}
        elif act is not None and kind == "waiver-request":
            changed = {"waivers": tuple(dict.fromkeys([*case.waivers, act]))}
        elif act is not None and kind == "onward-request":
            changed = {"onward": tuple(dict.fromkeys([*case.onward, act]))}
        self.docket.keep(case.model_copy(update=changed))

    def refuse(self, path: Path, why: str) -> None:
        """A signed refusal, in clear: it says nothing but which file cannot be verified, and why."""
        content = path.read_bytes()
        name = path.name.removesuffix(ENDING)
        refusal: dict[str, JsonValue] = {
            "kind": "cannot-verify",
            "from": self.state,
            "transmission": name,
            "sha256": sha256(content).hexdigest(),
            "at": instant(datetime.now(UTC)),
            "text": ": ".join(why.split(": ")[:2]),  # which check failed; not its detail, which may quote names
        }
        (self.docket.quarantine / path.name).write_bytes(content)
        envelope = sign_envelope(MESSAGE_TYPE, refusal, [signer_for(self.home, SERVICE)])
        self.docket.publish(f"{name}.cannot-verify.json", envelope.encode())
        self.say(f"refused {name} cannot-verify")

    # what goes out

    def advance(self, case: SimulatedCase) -> int:
        """The next steps of a case: acknowledge, ask once, and after the reply deliver."""
        done = 0
        for request in case.requests:
            done += self.step(case, f"acknowledgement:{request}", partial(self.acknowledgement, case, request))
        if case.withdrawn:
            return done
        if case.extradition:
            return done + self.advance_extradition(case)
        if case.alone:
            answer = answer_to(case, _MEASURES.validate_json(case.measures), datetime.now(UTC))
            return done + (self.step(case, answer.step, partial(self.report, case, answer)) if answer else 0)
        done += self.step(case, "question", partial(self.question, case, QUESTION))
        if self._again(case).replied:
            deliveries = self.deliveries(case)
            for number, made in enumerate(deliveries, 1):
                make = partial(self.evidence, case, made, last=number == len(deliveries), number=number)
                done += self.step(case, f"evidence-{number}", make)
            if self.disk:
                done += self.step(case, "disk", partial(self.announcement, case))
        return done

    def advance_extradition(self, case: SimulatedCase) -> int:
        """The next reports of an extradition; the property goes after the person."""
        now, done = datetime.now(UTC), 0
        for report in before_the_request(case, self.course, now):
            done += self.step(case, report.step, partial(self.report, case, report))
        if case.formal:
            if self.course.asks:
                done += self.step(case, "question", partial(self.question, case, ABOUT_THE_WARRANT))
            for report in upon_the_request(self._again(case), self.course, now):
                done += self.step(case, report.step, partial(self.report, case, report))
        if case.sought and "surrender" in self._again(case).sent:
            things = list(enumerate(property_of(case, now.date().isoformat()), 1))
            done += self.step(case, "evidence-1", partial(self.evidence, case, things, last=True, number=1))
        for report in afterwards(case, self.course, now):
            done += self.step(case, report.step, partial(self.report, case, report))
        return done

    def step(self, case: SimulatedCase, name: str, make: Callable[[], tuple[PackageMessage, list[Part]]]) -> int:
        """Makes, keeps, sends and notes one message, once; killed anywhere, it goes on where it stood."""
        current = self._again(case)
        if name in current.sent:
            return 0
        transmission = _id_of(case, name)
        path = self.docket.kept(transmission)
        if path is None:
            time.sleep(self.pace)
            message, parts = make()
            sealed = self.sealed(message, [*parts, *self.cosigned(case)], recipient=self.peer(case))
            path = self.docket.keep_message(transmission, sealed)
        self.docket.send(path)
        self.docket.keep(current.model_copy(update={"sent": (*current.sent, name)}))
        self.say(f"{case.reference} {case.own} sent {name.partition(':')[0]} {transmission}")
        return 1

    def acknowledgement(self, case: SimulatedCase, request: str) -> tuple[PackageMessage, list[Part]]:
        """That the letter is here, and under which number."""
        return self.message(case, f"acknowledgement:{request}", kind="acknowledgement", in_reply_to=request), []

    def question(self, case: SimulatedCase, text: str) -> tuple[PackageMessage, list[Part]]:
        """The one question."""
        request = case.formal or case.requests[0]
        return self.message(case, "question", kind="question", in_reply_to=request, text=text), []

    def report(self, case: SimulatedCase, report: Report) -> tuple[PackageMessage, list[Part]]:
        """What this state did."""
        request = case.formal or case.requests[0]
        said = {"kind": "report", "in_reply_to": request, "act": report.act, "fields": report.fields}
        return self.message(case, report.step, **said), []

    def announcement(self, case: SimulatedCase) -> tuple[PackageMessage, list[Part]]:
        """The disk on its way."""
        said = {"kind": "announcement", "in_reply_to": case.requests[0], "fields": announcement(datetime.now(UTC))}
        return self.message(case, "disk", **said), []

    def evidence(
        self, case: SimulatedCase, made: Sequence[tuple[int, Made]], *, last: bool, number: int
    ) -> tuple[PackageMessage, list[Part]]:
        """One delivery, each item with its declared digest."""
        parts, items = [], []
        for place, one in made:
            path = f"data/evidence/{place:02d}-{file_name(one.name)}"
            parts.append(part(path, one.content))
            items.append(
                SentItem(
                    path=path,
                    name=one.name,
                    sha256=wrong_digest(one.content) if place == self.corrupt else parts[-1].sha256,
                    size=len(one.content),
                    media_type=one.media_type,
                    description=one.description,
                    measure=one.measure,
                    source=one.source,
                )
            )
        message = self.message(
            case,
            f"evidence-{number}",
            kind="evidence",
            in_reply_to=case.requests[0],
            items=items,
            complete=last,
            conditions=() if case.extradition else CONDITIONS,
            text="In execution of your request." if last else "In execution of your request; more follows.",
        )
        return message, parts

    def deliveries(self, case: SimulatedCase) -> list[list[tuple[int, Made]]]:
        """The numbered items in one or two deliveries: the first measure's, then the rest."""
        opened_on = datetime(int(case.own.split("-")[2]), 6, 1, tzinfo=UTC).date()
        numbered = list(enumerate(execute(_MEASURES.validate_json(case.measures), case.reference, opened_on), 1))
        if self.disk:
            numbered.append((len(numbered) + 1, listing()))
        first = [one for one in numbered if one[1].measure == numbered[0][1].measure]
        return [part_ for part_ in (first, numbered[len(first) :]) if part_]

    def message(self, case: SimulatedCase, step: str, **said: object) -> PackageMessage:
        """A message of ours in a case."""
        plain: dict[str, object] = {
            "sender": self.state,
            "to": case.sender,
            "reference": case.reference,
            "transmission": _id_of(case, step),
            "foreign_reference": case.own,
            "at": datetime.now(UTC),
        }
        return PackageMessage.model_validate(plain | said)

    def sealed(self, message: PackageMessage, parts: list[Part], *, recipient: str) -> bytes:
        """The message as it travels."""
        plain, out = io.BytesIO(), io.BytesIO()
        build_package(plain, message, parts, signer_for(self.home, SERVICE))
        plain.seek(0)
        encrypt_package(plain, out, recipient)
        return out.getvalue()

    def peer(self, case: SimulatedCase) -> str:
        """The key the requesting state's packages are encrypted to."""
        anchors: TrustAnchors = FileAnchors(self.home).peer(case.sender)
        if anchors.package_recipient is None:
            raise IntegrityError(f"The anchors of {case.sender} name no key to encrypt to.")
        return anchors.package_recipient

    @property
    def state(self) -> str:
        """Our code."""
        return FileAnchors(self.home).own().state

    def _again(self, case: SimulatedCase) -> SimulatedCase:
        return self.docket.case(case.reference) or case


def _id_of(case: SimulatedCase, step: str) -> str:
    name, _, request = step.partition(":")
    return message_id(request or case.requests[0], name)


def _case_data(opened: OpenedPackage) -> JsonValue:
    """The case.json attached to the first letter that has one; None if none has."""
    for document in opened.message.documents:
        if document.path.endswith(".pdf"):
            try:
                with pikepdf.open(io.BytesIO(opened.read(document.path, MAX_PDF))) as pdf:
                    if "case.json" in pdf.attachments:
                        data: JsonValue = json.loads(pdf.attachments["case.json"].get_file().read_bytes())
                        return data
            except (pikepdf.PdfError, ValueError, RecursionError):
                continue  # nothing to be learnt from this one
    return None
