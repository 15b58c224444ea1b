"""The fixed words of the inbox's pages, as their templates have them."""

from collections.abc import Iterator

from jinja2.ext import babel_extract

from rogatory.web.rendering import HERE


def messages() -> Iterator[str]:
    """Every message of every template; of a plural, its singular."""
    for path in sorted((HERE / "templates").glob("*.html")):
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ["_", "gettext", "ngettext"], [], {}):
                yield message if isinstance(message, str) else str((message or ("",))[0])
