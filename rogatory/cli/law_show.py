"""rogatory law show: one instrument with its rules, one rule, one measure, one state, or one step."""

from typing import TYPE_CHECKING, Any

from rogatory.cli.law import CARRIED, lawbook
from rogatory.cli.output import emit, next_step, say, table
from rogatory.errors import NotFoundError

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook, Measure, Rule, StateProfile, Step, Treaty


def show(id_: str, /) -> None:
    """Show an instrument with its rules, a rule, a measure with its fields, a state, or a later step with its facts.

    Parameters
    ----------
    id_: str
        E.g. un-untoc, bank_records, XN, house, refusal; or the id of one rule, e.g. UNTOC-10.
    """
    book = lawbook()
    treaties = {**book.treaties, book.house.id: book.house}
    rules = {rule.id: (treaty, rule) for treaty in treaties.values() for rule in treaty.rules}
    if id_ in treaties:
        _show_treaty(treaties[id_], book)
    elif id_ in book.measures:
        _show_measure(book.measures[id_])
    elif id_.upper() in book.states:
        _show_state(book.states[id_.upper()])
    elif id_ in rules:
        _show_rule(*rules[id_])
    elif id_ in book.steps:
        _show_step(id_, book.steps[id_])
    else:
        from rogatory.law.schema_faults import nearest

        known = [*treaties, *book.measures, *book.states, *rules, *book.steps]
        raise NotFoundError(f'The law data hold no "{id_}".{nearest(id_, known)}', "See: rogatory law list")


def _show_treaty(treaty: "Treaty", book: "Lawbook") -> None:
    invented = {code: entry for code, state in sorted(book.states.items()) if (entry := state.bound(treaty.id))}
    parties = book.parties.get(treaty.parties or treaty.id, ())
    if emit({**treaty.model_dump(mode="json", by_alias=True), "bound": invented, "parties": parties}):
        return
    say(treaty.title)
    for kind, article in treaty.carries.items():
        say(f"  Carries     {CARRIED.get(kind, kind)}{f' under {article}' if article else ''}")
    for label, value in [
        ("Cited", treaty.citation),
        ("Text", treaty.url),
        ("Parties", treaty.status_url),
        ("Status", treaty.status),
        ("Belongs to", treaty.supplements or ""),
        (
            "Gives way",
            f"to another treaty on assistance that binds both ({treaty.fallback.article})" if treaty.fallback else "",
        ),
    ]:
        if value:
            say(f"  {label:<11} {value}")
    if not treaty.in_force:
        say("  NOT IN FORCE: it carries no request, and none of its periods runs.")
    if treaty.checked:
        say(f"  Read        {treaty.checked.on.isoformat()}, {treaty.checked.where}")
    if parties:
        newest = max(row.as_of for row in parties).isoformat()
        say(
            f"  Known       {len(parties)} parties as of {newest}; one that is not listed is unknown, never not a party"
        )
    for code, entry in invented.items():
        say(f"  {code} bound since {entry.since.isoformat()} ({entry.source})")
    say()
    table(("Rule", "", "Article", "What"), [[rule.id, _effect(rule), rule.source, rule.title] for rule in treaty.rules])
    clocks = [(rule, clock) for rule in treaty.rules for clock in rule.clocks]
    if clocks:
        say()
        table(
            ("Period", "From", "Then", "Article"),
            [
                [f"{c.value} {c.unit}", book.words.anchors[c.anchor], f"{c.effect}: {c.then}", rule.source]
                for rule, c in clocks
            ],
        )
    if treaty.fields:
        say()
        _fields(treaty.fields, treaty.labels, "Particular")
    next_step("rogatory law show RULE")


def _show_rule(treaty: "Treaty", rule: "Rule") -> None:
    if emit({"instrument": treaty.id, **rule.model_dump(mode="json", by_alias=True)}):
        return
    say(f"{rule.id}  {rule.title}")
    read = (
        f"{rule.checked.on.isoformat()}, {rule.checked.where}"
        if rule.checked
        else "nobody has read the article: it can only warn"
    )
    for label, value in [
        ("Source", rule.source or "house rule"),
        ("Text", rule.url),
        ("Read", read),
        ("Effect", _effect(rule)),
        ("Step", "" if rule.step == "draft" else rule.step),
        ("Reviewer", rule.person or ""),
        ("Holds", rule.says),
        ("Says", rule.message),
        ("Asks for", rule.fix),
    ]:
        if value:
            say(f"  {label:<10}{value}")
    for clock in rule.clocks:
        say(f"  Period    {clock.value} {clock.unit} from {clock.anchor}: {clock.effect}, {clock.then}")
    for ground in rule.grounds:
        said = {"may": "may be refused", "must": "must be refused", "never": "is never a ground"}[ground.nature]
        say(f"  Ground    {ground.ground}: {said}{f' ({ground.condition})' if ground.condition else ''}")
    for paper in rule.dossier:
        say(f"  Paper     {paper.title}" + (f" ({', '.join(paper.statuses)})" if paper.statuses else ""))


def _effect(rule: "Rule") -> str:
    from rogatory.law.coverage import effect

    return effect(rule)


def _show_measure(measure: "Measure") -> None:
    if emit(measure.model_dump(mode="json")):
        return
    say(f"{measure.title}  ({measure.type}{', coercive' if measure.coercive else ''})")
    say(f"  {measure.guide}")
    for instrument, article in measure.purposes.items():
        say(f"  Listed by {instrument}, {article}")
    say()
    _fields(measure.fields, measure.labels, "Field")
    say()
    say(f"Comes back: {measure.return_proof}")
    next_step(f"rogatory draft new --type {measure.type} --to STATE")


def _fields(fields: dict[str, Any], labels: dict[str, str], head: str) -> None:
    needed = fields.get("required", ())
    rows = [
        [name, "required" if name in needed else "", str(shape.get("description", labels.get(name, "")))]
        for name, shape in fields["properties"].items()
    ]
    table((head, "", "What"), rows)


def _show_step(name: str, step: "Step") -> None:
    if emit({"step": name, **step.model_dump(mode="json")}):
        return
    say(f"{step.title}  ({name})")
    say()
    _fields(step.fields, {}, "Fact")
    next_step(f"rogatory law judge {name} --basis INSTRUMENT --fact NAME=VALUE")


def _show_state(state: "StateProfile") -> None:
    if emit(state.model_dump(mode="json")):
        return
    say(f"{state.code}  {state.name}" + ("   INVENTED, for examples only" if state.invented else ""))
    for each in (state.addressee, state.unit, state.ministry, *state.address, *state.contact):
        if each:
            say(f"  {each}")
    for label, value in [
        ("Accepts requests in", ", ".join(state.languages)),
        ("Channels", ", ".join(state.channels)),
        ("Certification", state.certification),
        ("Evidence standard", state.evidence_standard),
        ("Death penalty", state.death_penalty),
        ("Nationals", state.nationals),
        ("Lead time for service", f"{state.service_lead_days} days" if state.service_lead_days is not None else ""),
        ("Copies", state.copies or ""),
        ("Costs", state.cost_rules),
        ("Contact day and night", state.contact_24_7),
        ("Last verified", state.last_verified.isoformat() if state.last_verified else ""),
    ]:
        if value:
            say(f"  {label}: {value}")
    for bound in state.bound_by:
        say(f"  Bound by {bound.instrument} since {bound.since.isoformat()} ({bound.source})")
    for field, facts in state.facts.items():
        say(f"  {field.replace('_', ' ')}:")
        for fact in facts:
            value = ", ".join(map(str, fact.value)) if isinstance(fact.value, list | tuple) else str(fact.value)
            say(f"    {value}" + (f"   [{fact.scope}]" if fact.scope else ""))
            age, trust = fact.source_age or "age unknown", fact.trust or "trust unknown"
            say(f"      {fact.source}; {age}; {trust}; read {fact.date_read}")
            if fact.note:
                say(f"      {fact.note}")
    if not state.invented and not state.bound_by:
        say("  What binds it stands in the lists of parties: rogatory law between FROM TO")
