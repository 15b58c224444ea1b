"""Each kind of piece, its standing and its channel has a word in every language of the pages."""

import re

import pytest

from rogatory.adapters.projection_correspondence import BY_WIRE, EVENTS, LETTERS
from rogatory.web.rendering import LANGUAGES, environment
from rogatory.web.steps import CHANNELS
from schemas.register import Standing
from schemas.tasks import REQUESTS
from tests.stage import ROOT

PACKED = re.compile(r"""(?:send_document\(\s*DocumentType\.\w+,\s*|\bkind=)"([a-z-]+)\"""")
"""How a workflow names the kind of a package."""
NO_KIND = {"reply", "send", "package-made", "dispatched", "document-made", "request-closed", "accept-item"}
NO_KIND |= {"correct-item", "request-transit"}
"""Entries that change how a piece stands, or whose piece has a kind of its own."""


def kinds() -> set[str]:
    packages = {kind for path in (ROOT / "workflows").glob("*.py") for kind in PACKED.findall(path.read_text())}
    assert len(packages) > 7
    drawn_up = {name.replace("_", "-") for name in (*LETTERS, "transit_request")}
    return set(EVENTS) - NO_KIND | packages | drawn_up | set(REQUESTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_has_its_word(language: str) -> None:
    said = environment(language).get_template("pieces.html").module
    words = {kind: str(said.named(kind)).strip() for kind in kinds()}  # type: ignore[attr-defined]  # of the template
    assert not [kind for kind, word in words.items() if "<span" in word]
    channels = [str(said.channel(each)) for each in (*CHANNELS, BY_WIRE)]  # type: ignore[attr-defined]
    assert not [word for word in channels if "<span" in word]
    assert len({str(said.standing(each.value)) for each in Standing}) == len(Standing)  # type: ignore[attr-defined]


def test_a_channel_that_somebody_named_is_shown_as_it_is_and_escaped() -> None:
    said = environment("fr").get_template("pieces.html").module
    shown = str(said.channel("By hand of <b>")).strip()  # type: ignore[attr-defined]
    assert shown == '<span lang="en" dir="ltr">By hand of &lt;b&gt;</span>'
