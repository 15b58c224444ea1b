"""The fixed wording of clauses as a letter has it, beside the drafter's own: for the reviewers' memorandum."""

import html
import re

from pydantic import JsonValue

from rogatory.adapters.clause_data import load_clauses
from rogatory.documents.clauses import MARKED, changes
from schemas.documents import Sheet

PARAGRAPH = re.compile(r"</(?:p|li|h\d|div|td)>")
TAG = re.compile(r"<span class=\"fn\">.*?</span>|<[^>]*>", re.DOTALL)


def fixed_clauses(page: str) -> dict[str, str]:
    """The clauses marked in a letter's HTML: name to plain words, paragraphs parted by a line end."""
    return {name: _plain(marked) for name, marked in MARKED.findall(page)}


def with_clauses(memo: Sheet, letter: str) -> Sheet:
    """A memorandum's sheet with what the drafter's own words change in each clause.

    Args:
        memo: its context holds the request, with `clauses`.
        letter: the HTML of the letter with its fixed wording.
    """
    fixed, known = fixed_clauses(letter), load_clauses()
    request = memo.context["request"]
    own = request.get("clauses") if isinstance(request, dict) else None
    rows: list[JsonValue] = [
        {
            "name": name,
            "title": known[name].title if name in known else name,
            "required": known[name].required if name in known else "",
            "printed": name in fixed,
            "runs": [[each.what, each.words] for each in changes(fixed.get(name, ""), str(words))],
        }
        for name, words in (own.items() if isinstance(own, dict) else ())
    ]
    return memo.model_copy(update={"context": memo.context | {"own_clauses": rows}})


def _plain(markup: str) -> str:
    lines = [" ".join(html.unescape(TAG.sub("", part)).split()) for part in PARAGRAPH.split(markup)]
    return "\n".join(line for line in lines if line)
