"""Ctrl-C while a disk image is taken in, as it is typed: exit 130, nothing on record; the same command ends it."""

import asyncio
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.end_to_end.test_crash import STEPS, house_of, insist, machines

pytestmark = pytest.mark.slow
SIZE = 600 << 20


async def test_threat_17_a_person_stops_an_intake_and_goes_on_with_the_same_command(home: Path) -> None:
    image = home / "disk.dd"
    with image.open("wb") as file:
        file.truncate(SIZE)
    async with machines(home):
        house = await house_of(home)
        reference = await house.prosecutor.submit(house.draft())
        await house.task(reference, "review")
        for name, act in STEPS[2:7]:
            await insist(home, lambda at, act=act, name=name: act(at, reference, name))  # type: ignore[misc]
        await house.task(reference, "evidence-return")
        code, out, err = await add(home, reference, image, stop_after=100 << 20)
        assert (code, json.loads(out)["error"]["kind"]) == (130, "interrupted")
        assert "Nothing is sealed. Run the same command to go on." in err
        assert "Stopped at " in err
        (draft,) = (home / "vault" / "unfinished").glob("*/draft")
        written = draft.stat().st_size
        assert 100 << 20 <= written < SIZE
        assert house.desk.register.items(reference) == []
        code, out, err = await add(home, reference, image)
        assert code == 0, err
        assert "taken in from its start" not in err
        (item,) = json.loads(out)
        with image.open("rb") as file:
            assert item["sha256"] == hashlib.file_digest(file, "sha256").hexdigest()
        assert list((home / "vault" / "unfinished").iterdir()) == []


async def add(home: Path, reference: str, image: Path, stop_after: int | None = None) -> tuple[int, str, str]:
    """`rogatory evidence add`, stopped by Ctrl-C once so many bytes lie in the vault."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rogatory", "evidence", "add", reference, str(image), "--as", "custodian", "--json",
        env=os.environ | {"ROGATORY_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    while stop_after is not None and process.returncode is None:
        drafts = list((home / "vault" / "unfinished").glob("*/draft"))
        if drafts and drafts[0].stat().st_size > stop_after:
            process.send_signal(signal.SIGINT)
            break
        await asyncio.sleep(0.01)
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()
