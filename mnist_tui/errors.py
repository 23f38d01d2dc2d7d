"""Everything that can go wrong in a way a user can do something about.

Each error carries one sentence that says what is wrong, with the value, and what to do. The command
line prints that sentence and exits with `exit_code`; the dashboard shows it where the user is looking.
"""


class MnistTuiError(Exception):
    """Base of every error that is meant for a user."""

    exit_code = 1


class ConfigError(MnistTuiError):
    """A setting has a value that is not allowed.

    Attributes:
        field: Name of the `RunConfig` field, for example `l2_lambda`.
    """

    exit_code = 2

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class PathError(MnistTuiError):
    """A path cannot be what it is given for."""

    exit_code = 2


class DataError(MnistTuiError):
    """A data file is missing, damaged or not what it claims to be."""

    exit_code = 2


class FetchError(MnistTuiError):
    """The data set could not be downloaded from any mirror."""


class RunError(MnistTuiError):
    """A run directory cannot be written, read or found.

    Attributes:
        summary: What is wrong in a few words, for a table; may be empty.
    """

    def __init__(self, message: str, summary: str = "") -> None:
        super().__init__(message)
        self.summary = summary


class UnknownRunError(RunError):
    """What a person called a run fits none, or more than one."""

    exit_code = 2


def describe_defect(error: BaseException) -> str:
    """Write down where an error came from that nobody expected: a mistake of ours.

    Args:
        error: What was raised.

    Returns:
        A sentence with its name, and the file with the details.
    """
    import tempfile
    import traceback

    sentence = f"Internal error ({type(error).__name__}: {error})"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="mnist-tui-", suffix=".txt", delete=False, encoding="utf-8"
        ) as details:
            traceback.print_exception(error, file=details)
    except OSError as reason:
        return f"{sentence}; its details cannot be written ({reason.strerror})."
    return f"{sentence}; details are in {details.name}."
