"""rogatory draft translate: the block in which a translator writes the request in another language."""

import stat
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.draft import _count, _lawbook, show_finding
from rogatory.cli.output import clean, emit, next_step, say
from rogatory.errors import FindingsError, UsageError

OTHER_SCRIPT = frozenset({"ar", "ru", "zh"})
"""Languages in whose script a name may be written otherwise than in ours."""


def translate(
    file: Path,
    /,
    *,
    into: Annotated[str, Parameter(help="The language, e.g. fr.")],
    arrangement: Annotated[
        Literal["after", "parallel"], Parameter(help="After the whole original, or beside it by paragraph.")
    ] = "after",
    translator: Annotated[str | None, Parameter(help="The translator's name.")] = None,
    qualification: Annotated[str | None, Parameter(help="By what they may vouch for a translation.")] = None,
) -> None:
    """Write the draft's translation block, or bring it up to date; the rest of the file stays as it is.

    Every text the letter prints is listed below the words it translates. What is valid is kept; what is new or changed
    is marked TODO, and the draft check blocks until it is written.

    Parameters
    ----------
    file: Path
        The draft, a YAML file.
    """
    from rogatory.adapters.draft_file import names_of as state_names
    from rogatory.adapters.draft_file import read_draft, without_nothing
    from rogatory.adapters.draft_translation import shapes_of
    from rogatory.adapters.translation_block import Wanted, with_translation
    from rogatory.adapters.vault_keys import replace_file
    from rogatory.documents.languages import LANGUAGES
    from rogatory.documents.source_words import names_of, words_of
    from rogatory.documents.translation import KINDS
    from rogatory.law.schema_faults import nearest

    lawbook = _lawbook()
    draft = read_draft(file, state_names(lawbook))
    if draft.positions is None or not isinstance(draft.value, dict):
        show_finding(draft, draft.findings[0])
        raise FindingsError(f"{file} is no draft that could be translated.", f"See: rogatory draft check {file}")
    values = without_nothing(draft.value)
    own = values.get("language", "en")
    if str(values.get("kind")) not in KINDS:
        raise UsageError(
            f"The letter of a request of the kind {values.get('kind')} is made in one language.", "Translate it apart."
        )
    if into not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UsageError(f'The fixed words are not there in "{into}".{nearest(into, LANGUAGES)}', f"One of: {known}")
    if into == own:
        raise UsageError(f"The draft is in {into} already.", "Name the language of the translation.")
    shapes = shapes_of(lawbook)
    words = words_of(values, shapes)
    if not words:
        raise UsageError(f"{file} has no words to translate yet.", f"See: rogatory draft check {file}")
    vouching = {
        "name": translator or "TODO",
        "qualification": qualification or "TODO # e.g. sworn translator for French, Court of Appeal of ...",
    }
    names = names_of(values, shapes) if into in OTHER_SCRIPT else {}
    raw = file.read_bytes()
    marked = raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    written, tally = with_translation(text, Wanted(into, arrangement, vouching, words, names))
    if written != text:
        target = file.resolve()
        mode = stat.S_IMODE(target.stat().st_mode)
        replace_file(target, (b"\xef\xbb\xbf" if marked else b"") + written.encode())
        target.chmod(mode)
    if emit(
        {
            "path": file,
            "into": into,
            "texts": len(words),
            "kept": tally.kept,
            "new": tally.new,
            "changed": tally.changed,
            "dropped": tally.dropped,
        }
    ):
        return
    done = f"{tally.kept} kept, {len(tally.new)} to write, {len(tally.changed)} to look at again"
    say(f"{clean(str(file))}: {_count(len(words), 'text')} into {into}; {done}, {len(tally.dropped)} taken out.")
    if tally.new or tally.changed:
        say("What is to be done is marked TODO, below the words it translates.")
    next_step(f"rogatory draft check {clean(str(file))}")
