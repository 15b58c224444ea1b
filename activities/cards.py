"""From the law data to what documents name: states, instruments, measures."""

from activities.dossier import Cards
from rogatory.documents.dossier import FormCard, InstrumentCard, LawWords, MeasureCard, StateCard, StateFact
from rogatory.law.evidence_forms import evidence_forms
from rogatory.law.fragment_fields import texts_of
from rogatory.law.model import Lawbook, StateProfile, Treaty


def cards_of(lawbook: Lawbook) -> Cards:
    """The cards of every state, instrument and measure in the law data."""
    return Cards(
        states={code: state_card(state) for code, state in lawbook.states.items()},
        instruments={treaty.id: instrument_card(treaty) for treaty in lawbook.treaties.values()},
        measures={
            measure.type: MeasureCard(
                type=measure.type,
                title=measure.title,
                coercive=measure.coercive,
                labels=measure.labels,
                return_proof=measure.return_proof,
                texts=texts_of(measure.fields),
            )
            for measure in lawbook.measures.values()
        },
        words=LawWords(
            anchors=lawbook.words.anchors,
            grounds=lawbook.words.grounds,
            assurances=lawbook.words.assurances,
            forms={
                form.id: FormCard.model_validate(form.model_dump(include=set(FormCard.model_fields)))
                for form in evidence_forms().values()
            },
        ),
    )


def state_card(state: StateProfile) -> StateCard:
    """A state as a letter names it, and what sources say of it beside."""
    return StateCard(
        code=state.code,
        name=state.name,
        short_name=state.short_name,
        ministry=state.ministry,
        unit=state.unit,
        addressee=state.addressee,
        address=state.address,
        contact=state.contact,
        languages=state.languages,
        demonym=state.demonym,
        names=state.names,
        facts=tuple(
            StateFact(
                field=field,
                value=", ".join(map(str, fact.value)) if isinstance(fact.value, list) else str(fact.value),
                scope=fact.scope,
                source=fact.source,
                age=fact.source_age,
                trust=fact.trust,
            )
            for field, facts in state.facts.items()
            for fact in facts
        ),
    )


def instrument_card(treaty: Treaty) -> InstrumentCard:
    """An instrument as documents name it, with the offences it covers."""
    covers = next((rule for rule in treaty.rules if rule.check == "covered_offence"), None)
    return InstrumentCard(
        id=treaty.id,
        title=treaty.title,
        short=treaty.short,
        called=treaty.called,
        kind=treaty.kind,
        citation=treaty.citation,
        carries=treaty.carries,
        url=treaty.url,
        labels=treaty.labels,
        texts=texts_of(treaty.fields),
        offences=treaty.offences,
        covers_years=covers.parameters.get("years") if covers else None,
        covers=f"{covers.title} ({covers.article})" if covers else "",
    )
