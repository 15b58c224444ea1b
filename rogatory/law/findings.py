"""From what is wrong to a finding, in the words of its rule."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from rogatory.law.model import Rule
from rogatory.law.situation import Breach
from rogatory.law.yaml_text import Path
from schemas.assessment import Finding, Severity

FORM = "form"


class Raised(NamedTuple):
    """A finding with what is needed to find its line."""

    path: Path
    finding: Finding
    at_key: bool = False


def finding(rule: Rule, breach: Breach, element: Any) -> Finding:
    """The rule's finding; its message may use the breach's words and the text fields of the element judged."""
    own = {key: each for key, each in element.items() if isinstance(each, str)} if isinstance(element, dict) else {}
    words = {**own, **breach.words}
    return Finding(
        path=path_of(breach.path),
        severity=rule.severity,
        rule=rule.id,
        source=rule.source,
        message=_fill(rule.message, words),
        fix=_fill(rule.fix, words),
    )


def form_fault(path: Path, message: str, fix: str, *, at_key: bool = False) -> Raised:
    """A fault of form: it blocks."""
    found = Finding(path=path_of(path), severity=Severity.ERROR, rule=FORM, source="", message=message, fix=fix)
    return Raised(path, found, at_key)


def path_of(path: Path) -> str:
    """A path as findings show it, e.g. measures/0/details/period/from."""
    return "/".join(map(str, path))


def _fill(text: str, words: Mapping[str, object]) -> str:
    """Puts the words into the braces; nothing in a word is read again."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: str(words.get(match[1], match[0]))[:400], text)
