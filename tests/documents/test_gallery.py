"""The gallery shows every type of document there is."""

from tests.documents import gallery


def test_the_page_is_the_one_that_would_be_written() -> None:
    assert (gallery.DOCS / "gallery.md").read_text(encoding="utf-8") == gallery.text()


def test_every_picture_is_there_and_none_beside_them() -> None:
    drawn = {path.name: path.stat().st_size for path in (gallery.DOCS / "gallery").iterdir()}
    assert set(drawn) == {each.file for each in gallery.pictures()}
    assert sum(drawn.values()) < 4_000_000
