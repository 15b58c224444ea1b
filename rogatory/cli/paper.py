"""rogatory case document: a paper of the case, ordered by an official; and which papers a case may have."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, acting, desk
from rogatory.cli.output import emit, line, next_step, say, short, table
from rogatory.cli.working import working
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.documents.catalogue import DocumentKind, Fact
    from rogatory.paper_acts import FactError

LARGEST = 512 * 1024
SOURCES = {"person": "", "procedure": "the procedure"}


async def document(
    reference: str,
    type_: Annotated[str, Parameter(name="TYPE")],
    /,
    *,
    fact: Annotated[
        tuple[str, ...], Parameter(help="A fact, as NAME=VALUE; repeat it, also to fill a list.", negative="")
    ] = (),
    facts: Annotated[Path | None, Parameter(help="Facts as a YAML file of NAME: VALUE; --fact wins over it.")] = None,
    language: Annotated[str | None, Parameter(help="Its language, e.g. en.")] = None,
    out: Annotated[Path | None, Parameter(help="Also write it to this file.")] = None,
    what: Annotated[bool, Parameter(negative="", help="Only say which facts it needs.")] = False,
    command_id: CommandId = None,
) -> None:
    """Have a paper of the case made: it is sealed where its type says so, kept in the vault, and on the ledger.

    Parameters
    ----------
    reference: str
        The case, open or closed.
    type_: str
        The type of document; rogatory case documents REF --available lists them.
    """
    if what:
        _what(reference, type_)
        return
    given = given_facts(fact, facts)
    from rogatory.paper_acts import FactError

    async with acting(command_id) as (office, id_):
        try:
            with working("Making the document"):
                row = await office.order_document(reference, type_, given, language=language, command_id=id_)
        except FactError as error:
            raise _placed(error, type_, facts) from error
        path = None
        if out is not None:
            from rogatory.exports import write_whole

            path = write_whole(out, office.vault.read(reference, row.digest))
    shown = {
        "reference": reference,
        "number": row.number,
        "type": row.type,
        "language": row.language,
        "sha256": row.digest.removeprefix("sha256:"),
        "pages": row.pages,
        "size": row.size,
        "signatures": row.signatures,
        "path": path,
        "command_id": id_,
    }
    if emit(shown):
        return
    sealed = ", sealed" if row.signatures else ""
    pages = f"{row.pages} page{'' if row.pages == 1 else 's'}"
    say(f"Made: {row.type.replace('_', ' ')}, {pages}{sealed}, sha256 {short(row.digest)}…")
    say(f"On record as document {row.number} of {reference}." + (f"  Written to {path}" if path else ""))
    next_step(f"rogatory verify {path}" if path else f"rogatory case documents {reference} --save DIR")


def available(reference: str) -> None:
    """Lists the types of paper that may be ordered in a case, by step."""
    from rogatory.paper_acts import catalogue_of

    at = desk()
    case = at.register.case(reference)
    kinds = {
        name: kind for name, kind in catalogue_of(at).documents.items() if kind.ordered_by and case.kind in kind.kinds
    }
    if emit([described(name, kind) for name, kind in kinds.items()]):
        return
    table(
        ("Step", "Type", "", "Title", "For", "Facts to give"),
        [
            [
                kind.step,
                name,
                ", ".join(kind.number),
                kind.title,
                kind.audience.replace("-", " "),
                ", ".join(each for each, fact in kind.facts.items() if fact.required and fact.source == "person")
                or "none",
            ]
            for name, kind in kinds.items()
        ],
    )
    next_step(f"rogatory case document {reference} TYPE --what")


def catalogue(
    *, out: Annotated[Path | None, Parameter(help="Write the list as Markdown to this file.")] = None
) -> None:
    """List every type of document there is: ours, and those this installation adds in ROGATORY_HOME/templates."""
    from rogatory.adapters.catalogue_data import load_catalogue
    from rogatory.law.registry import load_lawbook
    from rogatory.profile import Profile

    home = Profile.load().home
    found = load_catalogue(home / "templates", load_lawbook(home / "law"))
    if out is not None:
        from rogatory.documents.listing import markdown
        from rogatory.exports import write_whole

        write_whole(out, markdown(found).encode())
    if emit([described(name, kind) for name, kind in found.documents.items()]):
        return
    if out is not None:
        say(f"Wrote {out}: {len(found.documents)} types.")
        return
    table(
        ("Type", "", "Title", "Step", "Made"),
        [
            [name, ", ".join(kind.number), kind.title, kind.step, "on order" if kind.ordered_by else "at its step"]
            for name, kind in found.documents.items()
        ],
    )
    next_step("rogatory case documents REF --available")


def _what(reference: str, type_: str) -> None:
    from rogatory.documents.found import WORDS
    from rogatory.paper_acts import catalogue_of, kind_of

    at = desk()
    kind = kind_of(catalogue_of(at), type_, at.register.case(reference).kind)
    if emit(described(type_, kind)):
        return
    say(f"{kind.title}{' (' + ', '.join(kind.number) + ')' if kind.number else ''}")
    say(f"  For        {kind.audience.replace('-', ' ')}, at the step {kind.step}, in {', '.join(kind.languages)}")
    say(f"  Signature  {kind.signature.replace('-', ' ')}")
    say(f"  Ordered by {' or '.join(role.value for role in kind.ordered_by)}")
    say(f"  Rests on   {', '.join(kind.source)}")
    table(
        ("Fact", "Is", "Needed", "What it is"),
        [
            [
                name,
                fact.type if fact.of is None else f"list of {fact.of}",
                f"found: {WORDS[fact.source]}" if fact.source in WORDS else "yes" if fact.required else "no",
                _about(fact),
            ]
            for name, fact in kind.facts.items()
        ],
    )
    first = next((name for name, fact in kind.facts.items() if fact.source == "person"), None)
    given = f" --fact {first}=..." if first else ""
    next_step(f"rogatory case document {reference} {type_}{given} --out {type_.replace('_', '-')}.pdf")


def _about(fact: "Fact") -> str:
    """What a fact is, with its choices, or with what each of its rows holds."""
    if fact.choices:
        return f"{line(fact.about)}: {' | '.join(fact.choices)}"
    if fact.fields:
        held = ", ".join(name if each.required else f"[{name}]" for name, each in fact.fields.items())
        return f"{line(fact.about)}: rows of {held}"
    return line(fact.about)


def described(name: str, kind: "DocumentKind") -> dict[str, Any]:
    """A type as other programs read it."""
    return {"type": name, **kind.model_dump(mode="json", by_alias=True, exclude_defaults=True)}


def _placed(error: "FactError", document: str, file: Path | None) -> UsageError:
    """The faults with the line of the file in which each fact stands; those of --fact stand in no file."""
    from rogatory.documents.views_papers import told
    from rogatory.law.yaml_text import parse

    if file is None:
        return error
    written = parse(file.read_text(encoding="utf-8-sig"))
    lines = []
    for fault in error.faults:
        place = written.values.get(fault.path)
        lines.append((f"{file}:{place.line}:{place.column}: " if place else "") + told(document, fault))
    return UsageError("\n".join(lines), error.hint)


def given_facts(pairs: tuple[str, ...], file: Path | None) -> dict[str, Any]:
    """The facts of a command line: those of the file, and those of --fact, which win.

    Raises:
        UsageError: a pair is none, or the file cannot be read as facts; with line and column.
    """
    given: dict[str, Any] = _read(file) if file is not None else {}
    typed: dict[str, list[Any]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f'--fact "{line(pair)}" is not NAME=VALUE.', "E.g. --fact made_on=2026-11-20")
        typed.setdefault(name.strip().replace("-", "_"), []).append(
            _row(value) if value.lstrip().startswith("{") else value
        )
    return given | {name: values[0] if len(values) == 1 else values for name, values in typed.items()}


def _row(value: str) -> Any:
    """A row as YAML writes it in one line, e.g. {title: Letter, pages: 6}."""
    from rogatory.law.yaml_text import YamlFaultError, parse

    try:
        return parse(value).value
    except YamlFaultError as error:
        raise UsageError(f"{line(value)}: {error}", "Write a row as {name: value, name: value}") from error


def _read(file: Path) -> dict[str, Any]:
    from rogatory.law.yaml_text import YamlFaultError, parse

    try:
        content = file.read_bytes()
        if len(content) > LARGEST:
            raise UsageError(f"{file} is larger than {LARGEST // 1024} KiB.", "Name large papers by their digest.")
        value = parse(content.decode("utf-8-sig").replace("\r\n", "\n")).value
    except YamlFaultError as error:
        raise UsageError(f"{file}:{error.line}:{error.column}: {error}", error.fix) from error
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{file} cannot be read: {why}.") from error
    if not isinstance(value, dict):
        raise UsageError(f"{file} holds no facts.", "Write NAME: VALUE, one a line.")
    return value
