"""How a letter names a state and its ministry: in the forms its profile gives for the language, or by what it is."""

from babel import Locale

from rogatory.documents.dossier import StateCard
from rogatory.documents.wording import the
from schemas.documents import StateNames

BY_ROLE: dict[str, dict[str, tuple[str, str, str]]] = {
    "requesting": {
        "ar": ("الدولة الطالبة ({})", "الدولة الطالبة ({})", "إلى الدولة الطالبة ({})"),
        "es": ("el Estado requirente ({})", "del Estado requirente ({})", "al Estado requirente ({})"),
        "fr": ("l’État requérant ({})", "de l’État requérant ({})", "à l’État requérant ({})"),
        "ru": ("запрашивающее государство ({})", "запрашивающего государства ({})", "запрашивающему государству ({})"),
        "zh": ("请求国（{}）", "请求国（{}）", "请求国（{}）"),
    },
    "requested": {
        "ar": ("الدولة متلقية الطلب ({})", "الدولة متلقية الطلب ({})", "إلى الدولة متلقية الطلب ({})"),
        "es": ("el Estado requerido ({})", "del Estado requerido ({})", "al Estado requerido ({})"),
        "fr": ("l’État requis ({})", "de l’État requis ({})", "à l’État requis ({})"),
        "ru": ("запрашиваемое государство ({})", "запрашиваемого государства ({})", "запрашиваемому государству ({})"),
        "zh": ("被请求国（{}）", "被请求国（{}）", "被请求国（{}）"),
    },
}
"""For a state whose profile has no forms in a language: by its part in the matter, with its name in brackets."""
AUTHORITY: dict[str, tuple[str, str, str, str]] = {
    "ar": ("السلطة المركزية", "السلطة المركزية", "السلطة المركزية", "إلى السلطة المركزية"),
    "es": ("Autoridad central", "la Autoridad central", "de la Autoridad central", "a la Autoridad central"),
    "fr": ("Autorité centrale", "l’Autorité centrale", "de l’Autorité centrale", "à l’Autorité centrale"),
    "ru": ("Центральный орган", "Центральный орган", "Центрального органа", "Центральному органу"),
    "zh": ("中央机关", "中央机关", "中央机关", "中央机关"),
}
"""For a ministry of which the profile has no name in a language: its office under the instruments."""


def names_of(card: StateCard, language: str, part: str) -> StateNames:
    """The state's names in a language of documents.

    Args:
        card: the state.
        language: one of documents.languages.LANGUAGES.
        part: requesting or requested.
    """
    if language == "en":
        return _english(card)
    if language in card.names:
        return card.names[language]
    name = Locale.parse(language).territories.get(card.code, card.name)
    said, of, to = (form.format(name) for form in BY_ROLE[part][language])
    ministry, ministry_the, ministry_of, ministry_to = AUTHORITY[language]
    return StateNames(
        name=name,
        the=said,
        of=of,
        to=to,
        ministry=ministry,
        ministry_the=ministry_the,
        ministry_of=ministry_of,
        ministry_to=ministry_to,
    )


def _english(card: StateCard) -> StateNames:
    ministry = card.ministry or card.unit or "Central Authority"
    return StateNames(
        name=card.name,
        the=the(card.name),
        of=f"of {the(card.name)}",
        to=f"to {the(card.name)}",
        ministry=ministry,
        ministry_the=f"the {ministry}",
        ministry_of=f"of the {ministry}",
        ministry_to=f"to the {ministry}",
        unit=card.unit,
        addressee=card.addressee,
    )
