"""Texts: those of unknown origin, and numbers with what they count."""

MAX_LENGTH = 500


def printable(text: str) -> str:
    """The text without control characters, so that it cannot steer a terminal, and of bounded length."""
    if text.isprintable():  # as good as always
        return text[:MAX_LENGTH]
    return "".join(character if character.isprintable() else " " for character in text)[:MAX_LENGTH]


def number_of(count: int, what: str) -> str:
    """For example `1 run`, `2 runs`, `1,000 runs`; of nouns that take an s."""
    return f"{count:,} {what}{'s' * (count != 1)}"
