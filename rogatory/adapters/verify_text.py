"""VERIFY.txt of a package: how to check it with public tools, in the languages of the case (templates/_package)."""

import itertools
import textwrap
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from rogatory.adapters.wording_catalogues import wording_of
from rogatory.custody.package import ASIC_MANIFEST, BAG_MANIFEST, CASE_GRAPH, LEDGER, SIGNATURE, TAG_MANIFEST
from rogatory.documents.languages import LANGUAGES
from rogatory.errors import IntegrityError, NotFoundError
from rogatory.ports import EvidenceVault
from schemas.filed import FiledRequest
from schemas.register import CaseRow

COLUMNS = {"zh": 46}
"""Of a paragraph, 92 elsewhere: a Chinese letter takes two."""
COMMAND = "     "


def verify_text(paths: Iterable[str], languages: Iterable[str] = ()) -> bytes:
    """The file, UTF-8: in those of the languages that the program has, and in English.

    `paths` are those of the package: what it does not hold is not spoken of.
    """
    held = set(paths)
    parts = []
    for language in (each for each in dict.fromkeys([*languages, "en"]) if each in LANGUAGES):
        text = _template(language).render(
            bag_manifest=BAG_MANIFEST,
            tag_manifest=TAG_MANIFEST,
            signature=SIGNATURE,
            asic_manifest=ASIC_MANIFEST,
            case_graph=CASE_GRAPH,
            letters=any(path.endswith(".pdf") for path in held),
            record=LEDGER in held,
            graph=CASE_GRAPH in held,
            number=itertools.count(3).__next__,
        )
        parts.append("".join(_wrapped(line, COLUMNS.get(language, 92)) for line in text.strip().splitlines()))
    return f"\n\n{'-' * 92}\n\n\n".join(parts).encode()


def case_languages(case: CaseRow, vault: EvidenceVault) -> tuple[str, ...]:
    """The languages of the request in force: what it is written in, and translated into; none if it cannot be read."""
    try:
        draft = FiledRequest.model_validate_json(vault.read(case.reference, case.request)).draft
    except (NotFoundError, IntegrityError):  # a package is not held up for words that are in English all the same
        return ()
    return (draft.language, *([draft.translation.into] if draft.translation else []))


def _wrapped(line: str, columns: int) -> str:
    if line.startswith(COMMAND) or not line:
        return f"{line}\n"
    if line.startswith("# "):
        return f"{line[2:]}\n{'=' * columns}\n"
    return textwrap.fill(line, columns, subsequent_indent="   " if line[0].isdigit() else "") + "\n"


@cache
def _template(language: str) -> Template:
    root = Path(str(files("templates")))
    words = wording_of(language, root / "locale")
    made = Environment(  # noqa: S701  plain text: there is nothing to escape for
        loader=FileSystemLoader(root),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made.get_template("_package/verify.txt.j2")
