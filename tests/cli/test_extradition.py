"""`rogatory extradition`, typed as people type it: every stage, what it prints, and what it refuses."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

import worker
from rogatory.adapters.codec import encrypted_converter
from rogatory.cli.main import run
from rogatory.profile import Profile
from tests.workflows import extradition_steps as case
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse


class Typed:
    """A house whose people type commands."""

    def __init__(self, house: SkippingHouse, capsys: pytest.CaptureFixture[str]) -> None:
        self.house, self._capsys = house, capsys
        self.reference = ""

    async def __call__(self, words: str, *more: str, by: str = "reviewer-1", expected: int = 0) -> str:
        """Types `rogatory WORDS MORE`, where REF stands for the case; returns what was printed."""
        self._capsys.readouterr()
        arguments = [self.reference if word == "REF" else word for word in [*words.split(), *more]]
        code = await asyncio.to_thread(run, [*arguments, "--as", by])
        said = self._capsys.readouterr()
        assert code == expected, said.out + said.err
        return said.out + said.err

    async def shown(self, words: str, *more: str, by: str = "reviewer-1") -> Any:
        """The JSON document of a command."""
        self._capsys.readouterr()
        arguments = [self.reference if word == "REF" else word for word in [*words.split(), *more]]
        code = await asyncio.to_thread(run, [*arguments, "--as", by, "--json"])
        said = self._capsys.readouterr()
        assert code == 0, said.out + said.err
        return json.loads(said.out)


@pytest.fixture
async def typed(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Typed]:
    case.stand_in(monkeypatch)
    profile = Profile(home=home, task_queue="test")
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=encrypted_converter(profile.key_ring),
    )
    address = env.client.service_client.config.target_host
    monkeypatch.setenv("ROGATORY_HOME", str(home))
    monkeypatch.setenv("ROGATORY_TASK_QUEUE", "test")
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    running, _ = worker.build(env.client, profile)
    async with env, running:
        yield Typed(SkippingHouse(replace(profile, address=address), env), capsys)


async def test_an_extradition_is_typed_from_the_arrest_to_the_outcome(typed: Typed) -> None:
    house = typed.house
    typed.reference = reference = await case.submitted(house)
    for step in (steps.approved, steps.sent):
        await step(house, reference)
    await house.task(reference, "arrest")
    today = (await case.today(house)).isoformat()

    assert "is not a date" in await typed("extradition arrest REF --on 22.11.2026", expected=2)
    assert "names no zone" in await typed(f"extradition arrest REF --on {today} --at {today}T09:30", expected=2)
    assert "does not wait" in await typed(f"extradition appoint REF --on {today} --place there", expected=6)
    await typed(f"extradition arrest REF --on {today}", by="prosecutor", expected=4)
    assert "On record as line" in await typed(f"extradition arrest REF --on {today} --place Norholm --their-ref XN-7")

    await house.task(reference, "dossier")
    await case.runs(house, reference, "release-may")
    rows = await typed.shown("extradition clocks REF")
    assert {"release-may", "release-must"} <= {row["id"] for row in rows}
    assert "16(4)" in await typed("extradition clocks REF")
    due = await typed.shown("case deadlines")
    assert any(row.get("then") and "16(4)" in row["source"] for row in due)
    assert "16(4)" in await typed("case deadlines")

    before = await typed("extradition show REF")
    assert "Mirela Ostrand" in before
    missing = [row["item"] for row in (await typed.shown("extradition show REF"))["dossier"] if not row["ready"]]
    assert missing
    for item in missing:
        said = await typed(f"extradition supply REF {item} --pages 2 --title", "A paper", by="prosecutor")
    assert "Still missing" not in said
    assert "rogatory extradition file" in said
    assert f"{missing[0]} " in await typed("extradition show REF")
    await typed("extradition file REF", by="reviewer-1", expected=4)
    assert "is filed" in await typed("extradition file REF", by="prosecutor")

    for step in (steps.approved, steps.sent):
        await step(house, reference)
    await house.task(reference, "extradition-decision")
    await typed(f"ack REF --their-ref XN-8 --received {today}")
    assert "Asked" in await typed("case query REF --note", "Has the court sat?")
    assert "Speciality is not renounced" in await typed(
        f"extradition consent REF --on {today} --judge --counsel --interpreter --before", "District Court"
    )

    decide = f"extradition decision REF --decided {today}"
    assert "no offence 3" in await typed(f"{decide} --granted 1,2,3", expected=2)
    assert "not the number" in await typed(f"{decide} --granted one", expected=2)
    assert "nationality" in await typed(f"{decide} --granted 1 --refused 2=nationalty", expected=2)
    assert "names no ground" in await typed(f"{decide} --granted 1 --refused 2", expected=2)
    assert "each of the 2 offences" in await typed(f"{decide} --granted 1", expected=2)
    said = await typed(
        f"{decide} --granted 1 --refused 2=fiscal --demanded death_penalty --reasons", "A fiscal offence."
    )
    assert "Refused because a fiscal offence" in said
    await typed("extradition assure REF death_penalty --text", "It will not be carried out.", expected=4)
    await typed("extradition assure REF nonsense --text", "Words.", by="signatory", expected=2)
    await typed("extradition assure REF death_penalty --text", "It will not be sought.", by="signatory")
    await typed(f"{decide} --granted 1 --refused 2=fiscal --days-detained 30 --reasons", "A fiscal offence.")

    await house.task(reference, "surrender")
    await typed(f"extradition appoint REF --on {today} --place", "Norholm airport")
    await typed("extradition transit REF --through xb --route", "Norholm to Port Xaver by road")
    await typed("extradition not-collected REF --reason", "Storm.", "--beyond-control")
    await typed(f"extradition new-date REF --on {today}")
    await typed("extradition postponed REF --reason", "She is to be heard first.")
    await typed(f"extradition appoint REF --on {today} --place", "Norholm airport")
    moment = (await house.env.get_current_time()).isoformat(timespec="seconds")
    assert "Surrendered" in await typed(f"extradition surrendered REF --at {moment} --days-detained 30 --place Norholm")

    await house.task(reference, "speciality")
    await after_the_surrender(typed, today)


async def after_the_surrender(typed: Typed, today: str) -> None:
    house, reference = typed.house, typed.reference
    charge = ("extradition charge REF --title", "Forgery", "--provision", "section 267")
    refused = await typed(*charge, by="prosecutor", expected=4)
    assert "14" in refused
    assert "Ask for consent" in refused
    assert "no offence 9" in await typed(*charge, "--offence", "9", by="prosecutor", expected=2)
    await typed(*charge, "--offence", "2", by="prosecutor", expected=4)
    await typed(*charge, "--offence", "1", by="prosecutor")
    asked = await typed.shown(
        "extradition waiver REF --statement --title", "Forgery", "--provision", "section 267", "--facts", "Words.",
        by="signatory",
    )  # fmt: skip
    await typed(f"extradition waiver-answer REF --waiver {asked['waiver']} --granted")
    await typed(*charge, "--waiver", asked["waiver"], by="prosecutor")
    onward = await typed.shown("extradition onward REF --to XB --about", "XB asks for her.", by="signatory")
    assert "refused" in await typed(f"extradition onward-answer REF --request {onward['onward']} --refused")
    await typed(f"extradition departure REF --left {today}", by="prosecutor", expected=6)
    await typed(f"extradition discharge REF --on {today}", by="prosecutor")
    await case.runs(house, reference, "speciality-ends")
    await typed(f"extradition departure REF --left {today}", by="prosecutor")
    whole = await typed.shown("extradition show REF")
    assert whole["speciality"]["granted"] == [1]
    assert whole["speciality"]["waivers"] == [{"id": asked["waiver"], "granted": True}]
    assert whole["decision"]["offences"][1]["ground"] == "fiscal"
    told = await typed("extradition show REF")
    assert "consent for Forgery: given" in told
    await typed(f"extradition outcome REF convicted --on {today} --final --months 60 --nothing-owed", by="prosecutor")
    await house.until(lambda: house.desk.register.case(reference).status == "surrendered")


async def test_a_person_who_is_not_found_and_one_prosecuted_there(typed: Typed) -> None:
    house = typed.house
    typed.reference = await case.brought_to(house, "arrest")
    await typed("extradition not-found REF --reason", "Gone.")
    await house.until(lambda: house.desk.register.case(typed.reference).status == "not-found")
    typed.reference = await case.brought_to(house, "prosecution-abroad")
    await typed("extradition prosecute REF", by="reviewer-1", expected=4)
    await typed("extradition prosecute REF --note", "Under article 6(2).", by="signatory")


async def test_other_cases_are_told_apart(typed: Typed) -> None:
    typed.reference = await steps.submitted(typed.house)
    assert "no request for extradition" in await typed("extradition show REF", expected=2)
    assert "no request for extradition" in await typed("extradition discharge REF --on 2026-11-22", expected=2)
    typed.reference = "XV-2026-9999"
    await typed("extradition show REF", expected=5)


def test_a_new_draft_is_full_of_places_to_write_which_the_check_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "home"))
    out = tmp_path / "person.yaml"
    new = ["draft", "new", "--kind", "extradition", "--from", "XV", "--to", "XN", "--basis", "coe-ets-024"]
    assert run([*new, "--no-input", "--out", str(out)]) == 0
    assert run(["draft", "check", str(out)]) == 3
    said = capsys.readouterr().out
    assert said.count("still to be written") > 20
    assert "(form)" not in said
    assert run([*new, "--no-input", "--out", str(out)]) == 2  # it is there already
    assert run([*new, "--type", "bank_records", "--no-input", "--out", str(tmp_path / "other.yaml")]) == 2
