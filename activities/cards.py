"""From the law data to what documents name: states, instruments, measures."""

from activities.dossier import Cards
from rogatory.documents.dossier import InstrumentCard, MeasureCard, StateCard
from rogatory.law.model import Lawbook


def cards_of(lawbook: Lawbook) -> Cards:
    """The cards of every state, instrument and measure in the law data."""
    return Cards(
        states={
            code: StateCard(
                code=code,
                name=state.name,
                short_name=state.short_name,
                ministry=state.ministry,
                unit=state.unit,
                addressee=state.addressee,
                address=state.address,
                contact=state.contact,
                languages=state.languages,
                demonym=state.demonym,
            )
            for code, state in lawbook.states.items()
        },
        instruments={
            treaty.id: InstrumentCard(
                id=treaty.id,
                title=treaty.title,
                short=treaty.short,
                citation=treaty.citation,
                mla_article=treaty.mla_article,
                url=treaty.url,
                bound={
                    code: bound.since
                    for code, state in lawbook.states.items()
                    if (bound := state.bound(treaty.id)) is not None
                },
            )
            for treaty in lawbook.treaties.values()
        },
        measures={
            measure.type: MeasureCard(
                type=measure.type,
                title=measure.title,
                coercive=measure.coercive,
                labels=measure.labels,
                return_proof=measure.return_proof,
            )
            for measure in lawbook.measures.values()
        },
    )
