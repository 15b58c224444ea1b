"""docs/tour-extradition.md, played command by command, as it stands there."""

import json
import time
from datetime import UTC, datetime

import pytest

from tests.end_to_end.test_tour import PATIENCE, ROOT, SERVERS, Player, commands, player

__all__ = ["player"]
pytestmark = pytest.mark.slow


def test_the_tour_goes_as_it_is_told(player: Player) -> None:
    reference = f"XV-{datetime.now(UTC).year}-0001"
    for command, expected in commands(ROOT / "docs" / "tour-extradition.md"):
        if command.startswith("rogatory custody accept"):
            player.wait_for(reference, "custody-sign-off")
        if command.startswith("rogatory extradition charge") and "--waiver" in command:
            until_consent(player, reference)
        if command.startswith(SERVERS):
            player.serve(command)
        else:
            player.until(command, expected)
    player.wait_for(reference, "surrendered")


def until_consent(player: Player, reference: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        shown = json.loads(player.type(f"rogatory extradition show {reference} --json").stdout)
        if [each["granted"] for each in shown["speciality"]["waivers"]] == [True]:
            return
        assert time.monotonic() < end, shown
        time.sleep(1.5)
