"""Who acts in the case of the tests."""

from schemas.identifiers import Role

PEOPLE = {
    "service": ("Seal of the Central Authority of the Republic of Xaveria", "Case service", Role.SYSTEM),
    "prosecutor": ("Ilka Torrend", "Senior Public Prosecutor", Role.PROSECUTOR),
    "reviewer-1": ("Bastian Quill", "Legal Officer, Central Authority", Role.REVIEWER),
    "reviewer-2": ("Oda Ferreng", "Senior Legal Officer, Central Authority", Role.REVIEWER),
    "signatory": ("Tomas Arendel", "Director, International Cooperation in Criminal Matters", Role.SIGNATORY),
    "custodian": ("Petra Vint", "Evidence Custodian, Regional Court of Saint Aubel", Role.CUSTODIAN),
    "xn-authority": (
        "Office for International Legal Assistance",
        "Central Authority of the Kingdom of Xenland",
        Role.FOREIGN_AUTHORITY,
    ),
}
