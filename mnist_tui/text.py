"""Text of unknown origin."""

MAX_LENGTH = 500


def printable(text: str) -> str:
    """The text without control characters, so that it cannot steer a terminal, and of bounded length."""
    if text.isprintable():  # as good as always
        return text[:MAX_LENGTH]
    return "".join(character if character.isprintable() else " " for character in text)[:MAX_LENGTH]
