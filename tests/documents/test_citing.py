"""How articles and names are written."""

import pytest
from pydantic import JsonValue

from rogatory.documents.citing import cited, numbered, pieces_of, plain, shortly
from rogatory.documents.wording import entitled, the


@pytest.mark.parametrize(
    ("article", "written"),
    [
        ("art. 18(15)(c)", ("Article 18(15)(c)",)),
        ("18(15)(d), 18(17)", ("Articles 18(15)(d)", "18(17)")),
        ("article 18", ("Article 18",)),
        ("arts. 6(1) and (3)", ("Articles 6(1)", "(3)")),
        ("art. 5, recital 12", ("Article 5", "Recital 12")),
        ("Article IV", ("Article IV",)),
        ("Annex A", ("Annex A",)),
        ("art. 12(1)(d), Annex IV", ("Article 12(1)(d)", "Annex IV")),
        ("art. 14-15", ("Articles 14-15",)),
        ("articles 1 to 5", ("Articles 1 to 5",)),
        ("art. 15(2)-(3)", ("Article 15(2)-(3)",)),
        ("cl. 2", ("Clause 2",)),
        ("para. 3(1)", ("Paragraph 3(1)",)),
        ("art. SURR.79", ("Article SURR.79",)),
        ("art. 2(1) (Convention art. 12(2)(a)), 6(3)", ("Articles 2(1)", "6(3)")),
        ("", ()),
    ],
)
def test_an_article_is_written_out(article: str, written: tuple[str, ...]) -> None:
    assert numbered(pieces_of(article), brief=False) == written


def test_in_the_house_an_article_is_abbreviated() -> None:
    assert numbered(pieces_of("art. 2(b), 3(1), recital 12"), brief=True) == ("art. 2(b)", "3(1)", "recital 12")
    assert shortly("UNTOC", "18(20)") == "UNTOC art. 18(20)"


def test_a_phrase_is_no_number() -> None:
    assert plain("article 18")
    assert plain("articles 1 to 5")
    assert not plain("article 1(2), with article 18 of the Convention")
    assert not plain("")


LAW: dict[str, JsonValue] = {
    "cite": {
        "procedure": {"article": "18(15)(d)", "governing": True, "called": "the C", "titled": "the Conv", "short": "C"},
        "execution": {
            "article": "18(15)(d), 18(17)",
            "governing": True,
            "called": "the C",
            "titled": "the Conv",
            "short": "C",
        },
        "video": {"article": "9", "governing": False, "called": "the P", "titled": "the Protocol", "short": "P"},
    }
}


def test_topics_of_one_instrument_stand_together_and_none_twice() -> None:
    assert cited(LAW, "procedure", "execution", "video", "costs") == [
        (("Articles 18(15)(d)", "18(17)"), ""),
        (("Article 9",), "the P"),
    ]
    assert cited(LAW, "video", "procedure") == [(("Article 18(15)(d)",), ""), (("Article 9",), "the P")]
    assert cited(LAW, "procedure", of=True) == [(("Article 18(15)(d)",), "the C")]
    assert cited(LAW, "procedure", of="title") == [(("Article 18(15)(d)",), "the Conv")]
    assert cited(LAW, "video", brief=True) == [(("art. 9",), "P")]
    assert cited(LAW, "costs") == []


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Republic of Xaveria", "the Republic of Xaveria"),
        ("Swiss Confederation", "the Swiss Confederation"),
        ("United States of America", "the United States of America"),
        ("Canada", "Canada"),
        ("Bosnia and Herzegovina", "Bosnia and Herzegovina"),
        ("The Gambia", "The Gambia"),
    ],
)
def test_a_state_has_its_article(name: str, within: str) -> None:
    assert the(name) == within


@pytest.mark.parametrize(
    ("title", "within"),
    [
        ("European Convention on Extradition", "the European Convention on Extradition"),
        ("Council Framework Decision 2002/584/JHA", "Council Framework Decision 2002/584/JHA"),
        ("Directive 2014/41/EU", "Directive 2014/41/EU"),
        ("Regulation (EU) 2023/1543", "Regulation (EU) 2023/1543"),
    ],
)
def test_an_instrument_has_its_article(title: str, within: str) -> None:
    assert entitled(title) == within
