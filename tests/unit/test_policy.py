"""Who may do what: the table as the contract of the house says it, and the rules about persons."""

import pytest

from rogatory.custody.policy import MAY, Earlier, permit, permit_act
from rogatory.custody.statement import GROUPS
from rogatory.errors import RefusedError
from schemas.commands import Decide, Verdict
from schemas.custody import Official
from schemas.identifiers import Role

DRAFTER = "person-1"
EXPECTED = {
    "submit": "prosecutor",
    "correct": "prosecutor",
    "decide": "reviewer signatory",
    "break-glass": "custodian prosecutor reviewer signatory",
    "review-break-glass": "registrar signatory",
    "go-on": "reviewer signatory",
    "reassign": "registrar signatory",
    "send": "reviewer signatory",
    "acknowledge": "reviewer signatory system",
    "ask": "reviewer signatory system",
    "reply": "prosecutor reviewer signatory",
    "receive": "custodian system",
    "offer": "custodian prosecutor reviewer signatory",
    "accept": "custodian prosecutor reviewer signatory",
    "refuse-custody": "custodian prosecutor reviewer signatory",
    "resolve": "prosecutor",
    "sign-off": "custodian prosecutor",
    "withdraw": "prosecutor signatory",
    "confirm-lapse": "prosecutor reviewer signatory",
    "order-document": "custodian prosecutor reviewer signatory",
    # what the other state tells
    "report-arrest": "reviewer signatory system",
    "report-not-found": "reviewer signatory system",
    "report-consent": "reviewer signatory system",
    "report-decision": "reviewer signatory system",
    "appoint": "reviewer signatory system",
    "report-not-collected": "reviewer signatory system",
    "report-postponed": "reviewer signatory system",
    "report-surrender": "reviewer signatory system",
    "report-waiver": "reviewer signatory system",
    "report-reextradition": "reviewer signatory system",
    "report-preserved": "reviewer signatory system",
    "report-not-preserved": "reviewer signatory system",
    "answer-conditions": "reviewer signatory system",
    "report-outcome": "prosecutor reviewer signatory system",
    # what we ask, promise and agree on
    "ask-status": "prosecutor reviewer signatory",
    "follow-up": "prosecutor reviewer signatory",
    "give-assurance": "signatory",
    "request-prosecution": "signatory",
    "request-waiver": "signatory",
    "request-reextradition": "signatory",
    "agree-date": "reviewer signatory",
    "report-return": "reviewer signatory",
    "request-transit": "reviewer signatory",
    # what the prosecutor does
    "supply": "prosecutor",
    "file-formal": "prosecutor",
    "propose-charge": "prosecutor",
    "report-discharge": "prosecutor",
    "report-departure": "prosecutor",
    # things, and copies of items: the holder acts
    "enter-item": "custodian system",
    "seal-item": "custodian prosecutor reviewer signatory",
    "open-item": "custodian prosecutor reviewer signatory",
    "store-item": "custodian prosecutor reviewer signatory",
    "examine-item": "custodian prosecutor reviewer signatory",
    "copy-item": "custodian prosecutor reviewer signatory",
    "offer-item": "custodian prosecutor reviewer signatory",
    "accept-item": "custodian prosecutor reviewer signatory",
    "decline-item": "custodian prosecutor reviewer signatory",
    "return-item": "custodian",
    "destroy-item": "custodian",
    "settle-item": "prosecutor",
    "correct-item": "custodian prosecutor reviewer signatory",
    "attach-scan": "custodian prosecutor reviewer signatory",
    # what was asked, granted, received and is missing
    "tie-item": "custodian prosecutor",
    "report-measure": "prosecutor reviewer signatory",
    "check-form": "prosecutor reviewer signatory",
    "settle-measure": "prosecutor",
    # what it may be used for, and what is owed
    "limit-use": "custodian reviewer signatory",
    "note-consent": "reviewer signatory",
    "note-use": "prosecutor",
    "disclose": "prosecutor reviewer signatory",
    "discharge-duty": "custodian",
    # erasing
    "erase-words": "reviewer signatory",
    "order-erasure": "signatory",
    "erase-content": "custodian",
    "re-attest": "custodian prosecutor reviewer signatory",
}
OWN = {"correct", "withdraw", "submit", "file-formal"}
"""Acts a prosecutor does on their own request."""


def official(*roles: Role, person: str = "person-2") -> Official:
    return Official(
        official="someone",
        person=person,
        name="",
        post="",
        roles=roles,
        keyid="",
        public_key="",
        certificate="",
        state="XV",
    )


def kind_of(act: str, role: str, one: Official, *earlier: Earlier) -> str:
    try:
        permit_act(act, role, one, DRAFTER, earlier)
    except RefusedError as error:
        return error.kind
    return "permitted"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("act", sorted(EXPECTED))
def test_the_table(act: str, role: Role) -> None:
    person = DRAFTER if act in OWN and role is Role.PROSECUTOR else "person-2"
    expected = "permitted" if role.value in EXPECTED[act].split() else "Forbidden"
    assert kind_of(act, role.value, official(role, person=person)) == expected


def test_the_table_knows_every_act() -> None:
    assert set(MAY) == set(EXPECTED) == set(GROUPS)
    assert kind_of("destroy", "custodian", official(Role.CUSTODIAN)) == "Forbidden"


def test_a_role_must_be_granted() -> None:
    assert kind_of("decide", "reviewer", official(Role.CUSTODIAN)) == "Forbidden"
    assert kind_of("decide", "emperor", official(Role.REVIEWER)) == "Forbidden"
    assert kind_of("decide", "reviewer", official()) == "Forbidden"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SIGNATORY])
def test_the_drafter_decides_under_no_post(role: Role) -> None:
    assert kind_of("decide", role.value, official(role, person=DRAFTER)) == "FourEyes"


def test_one_decision_for_each_person() -> None:
    before = Earlier("decide", "person-2", "reviewer")
    assert kind_of("decide", "signatory", official(Role.SIGNATORY), before) == "FourEyes"
    assert kind_of("decide", "signatory", official(Role.SIGNATORY, person="person-3"), before) == "permitted"
    assert kind_of("sign-off", "custodian", official(Role.CUSTODIAN), before) == "permitted"


def test_one_sign_off_for_each_person() -> None:
    before = Earlier("sign-off", "person-2", "custodian")
    both = official(Role.CUSTODIAN, Role.PROSECUTOR)
    assert kind_of("sign-off", "prosecutor", both, before) == "FourEyes"


def test_only_the_drafter_corrects_and_withdraws_as_a_prosecutor() -> None:
    other = official(Role.PROSECUTOR)
    assert kind_of("correct", "prosecutor", other) == "Forbidden"
    assert kind_of("withdraw", "prosecutor", other) == "Forbidden"
    assert kind_of("withdraw", "signatory", official(Role.SIGNATORY)) == "permitted"


def test_a_command_is_judged_as_its_act() -> None:
    command = Decide(
        command_id="c", by="someone", role=Role.REVIEWER, letter="sha256:" + "a" * 64, verdict=Verdict.APPROVE
    )
    permit(command, official(Role.REVIEWER), DRAFTER, [])
    with pytest.raises(RefusedError, match="drafted") as refused:
        permit(command, official(Role.REVIEWER, person=DRAFTER), DRAFTER, [])
    assert refused.value.hint
