"""What is wrong with a command line, in one sentence that ends at the help of its command."""

import difflib
from collections.abc import Sequence

from cyclopts import App, CycloptsError, MissingArgumentError, UnusedCliTokensError

from mnist_tui.text import printable


def what_is_wrong(error: CycloptsError, app: App, tokens: Sequence[str]) -> str:
    """The sentence.

    Args:
        error: What cyclopts makes of the command line.
        app: The program.
        tokens: The command line.
    """
    chain, apps, _ = app.parse_commands(tokens)
    command = " ".join(["mnist-tui", *chain])
    see = f"`{command} --help`"
    match error:
        case UnusedCliTokensError(unused_tokens=[first, *_] as unused):
            commands = [name for name in apps[-1] if not name.startswith("-")]
            if close := difflib.get_close_matches(first, commands, n=1):
                meant = f"did you mean `{command} {close[0]}`?"
                return f"“{printable(first)}” means nothing here: {meant} See {see}."
            return f"“{printable(' '.join(unused))}” means nothing here: see {see}."
        case MissingArgumentError(argument=argument, keyword=keyword) if argument is not None:
            wanted = f"{keyword} needs a value" if keyword else f"{_label(argument.name)} is missing"
            return f"{wanted}: see {see}."
        case _:
            said = str(error).rstrip(".")
            return f"{said}{'' if said.endswith('?') else '.'} See {see}."


def _label(name: str) -> str:
    """A positional argument as the help calls it."""
    return name.removeprefix("--").upper()
