"""The examples as tests change them."""

from rogatory.cli.examples import example


def untranslated(name: str = "trafficking.yaml") -> str:
    """An example without its translation, which any change of its words would make stale."""
    text, _, _ = example(name).partition("\ntranslation:")
    return f"{text.rstrip()}\n"
