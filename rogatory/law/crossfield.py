"""What JSON Schema cannot say of a draft: a small, named vocabulary that rules refer to by `check`.

    states_bound               both states are bound by the instrument, or it is asserted   {state, standing, short}
    covered_offence            a Convention offence, or years (parameter) at most           {title, years, least}
    penalty_threshold          one offence reaches the months, on the side or on both       {title, months, least}
    minimum_penalty            one offence's minimum penalty reaches the months             {title, months, least}
    sentence_threshold         the sentence imposed, or what remains, reaches the months    {months, least}
    listed_offence             an offence with a number is in the list, and reaches years   {title, number, least}
    dual_criminality_coercive  a coercive measure: dual criminality is addressed            {id, title, type}
    purpose_listed             the measure is of a kind the instrument lists                {type}
    central_authorities        both states' data name a central authority for it            {state, code, short}
    language_accepted          the requested state accepts its language or its translation's {state, language, accepted}
    profile_allows             the requested state has not excluded the option              {state, code, option, short}
    witness_role               the witness has one of the roles (parameter)                 {person, role}
    witness_safe               protection is asked for a victim or protected witness        {person}
    persons_exist              every person id referred to is described                     {person, known}
    ids_unique                 no id of a person or measure is used twice                   {id, free}
    date_ahead                 the date at `field` (parameter) is after today               {date, today}
    periods_in_order           details.period begins before it ends                         {id, from, to}
    states_differ              requesting and requested state differ                        {from, to}
    measure_type_needs         a measure of the type has the field among its details        {id, field}
    lead_time                  an appearance is as far ahead as the requested state needs   {state, id, date, days}
    words_avoided              no text at the fields holds one of the patterns              {words, field}
    sum_within                 the number at `sum` is not above the one at `limit`          {sum, limit}

and for the house rules on the legal basis: basis_standing, basis_fallback, basis_carries, offence_words,
reciprocity_given, profile_current, ground_listed.

Each yields what is wrong: the path, and the words its rule's message may use (in braces above). A draft may be of any
shape when it comes here: a check says nothing of what it cannot read, since the form's own check does.
"""

from collections.abc import Callable, Iterator
from typing import Any

from rogatory.law import checks_basis as basis
from rogatory.law import checks_draft as draft
from rogatory.law import checks_offence as offence
from rogatory.law.situation import Breach, Situation
from schemas.assessment import Standing
from schemas.request import PersonRole

CHECKS: dict[str, Callable[[Situation], Iterator[Breach]]] = {
    check.__name__: check
    for check in (
        basis.states_bound,
        offence.covered_offence,
        offence.penalty_threshold,
        offence.minimum_penalty,
        offence.sentence_threshold,
        offence.listed_offence,
        offence.dual_criminality_coercive,
        basis.purpose_listed,
        basis.central_authorities,
        basis.language_accepted,
        basis.profile_allows,
        draft.witness_role,
        draft.witness_safe,
        draft.persons_exist,
        draft.ids_unique,
        draft.date_ahead,
        draft.periods_in_order,
        draft.states_differ,
        draft.measure_type_needs,
        draft.lead_time,
        draft.words_avoided,
        draft.sum_within,
        basis.basis_standing,
        basis.basis_fallback,
        basis.basis_carries,
        basis.offence_words,
        basis.reciprocity_given,
        basis.profile_current,
        basis.ground_listed,
    )
}


def _needs(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _list(**items: Any) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": items}


_SIDE = {"enum": ["both", "requesting", "requested"]}
_MONTHS = {"type": "integer", "minimum": 1, "maximum": 1200}
_YEARS = {"type": "number", "exclusiveMinimum": 0}
_TEXT = {"type": "string", "minLength": 1}

PARAMETERS: dict[str, dict[str, Any]] = {
    "covered_offence": _needs("years", years=_YEARS),
    "penalty_threshold": _needs("side", "months", side=_SIDE, months=_MONTHS, more_than={"type": "boolean"}),
    "minimum_penalty": _needs("side", "months", side=_SIDE, months=_MONTHS),
    "sentence_threshold": _needs("months", "of", months=_MONTHS, of={"enum": ["imposed", "remaining"]}),
    "listed_offence": _needs("years", years=_YEARS),
    "dual_criminality_coercive": _needs(only=_list(**_TEXT)),
    "profile_allows": _needs("option", option=_TEXT),
    "witness_role": _needs("roles", roles=_list(enum=[*map(str, PersonRole)])),
    "date_ahead": _needs("field", field=_TEXT),
    "measure_type_needs": _needs("type", "field", type=_TEXT, field=_TEXT),
    "words_avoided": _needs("fields", "patterns", fields=_list(**_TEXT), patterns=_list(type="string", format="regex")),
    "sum_within": _needs("sum", "limit", sum=_TEXT, limit=_TEXT),
    "basis_standing": _needs("standings", standings=_list(enum=[*map(str, Standing)])),
    "profile_current": _needs("months", months=_MONTHS),
}
"""JSON Schema of the parameters of each check that has any."""
