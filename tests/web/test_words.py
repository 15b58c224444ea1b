"""The pages' fixed words are all there in every language offered."""

import pytest

from rogatory.adapters.wording_catalogues import wording_of
from rogatory.web.rendering import HERE, LANGUAGES
from tests.web.wording import messages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_there(language: str) -> None:
    said = wording_of(language, HERE / "locale")
    for message in messages():
        assert said.gettext(message) if "%(num)s" not in message else said.ngettext(message, message, 2)


def test_the_page_weighs_little() -> None:
    assert sum(path.stat().st_size for path in (HERE / "static").iterdir()) < 30_000
