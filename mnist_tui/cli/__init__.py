"""The command line. Exit codes: 0 done, 1 it failed, 2 wrong usage or bad input, 130 interrupted.

Each module holds a family of commands and registers them with `cli.program`. A command imports what it needs
when it runs, so that none of them loads what another one needs.
"""

import io
import os
import sys
from typing import NoReturn

from cyclopts import CycloptsError

from mnist_tui.cli import bench, dashboard, data, report, runs, train, verify
from mnist_tui.cli.flags import spell_out
from mnist_tui.cli.program import app, complain
from mnist_tui.cli.usage import what_is_wrong
from mnist_tui.errors import MnistTuiError, describe_defect

__all__ = ["app", "bench", "dashboard", "data", "main", "report", "runs", "train", "verify"]


def main() -> NoReturn:
    """Run a command and leave with its exit code; no traceback ever reaches a user."""
    _open_closed_streams()
    _forget_sizes_of_nothing()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # λ where there is only Latin
    try:
        tokens = spell_out(sys.argv[1:])
        code = app(tokens, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except CycloptsError as error:
        code = complain(what_is_wrong(error, app, sys.argv[1:]), 2)
    except MnistTuiError as error:
        code = complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = _nobody_reads()
    except SystemExit as ended:
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        code = _nobody_reads()  # Rich, which prints help and tables, leaves then
    except OSError as error:
        code = complain(f"{error.strerror or error}: {error.filename or 'an operation'} failed.", 1)
    except Exception as error:  # a defect of ours: a sentence here, the details in a file
        code = complain(describe_defect(error), 1)
    sys.exit(code)


def _nobody_reads() -> int:
    """Whoever read our output has enough, as in `mnist-tui runs | head`: that is no failure."""
    from mnist_tui.cli.output import lead_nowhere

    lead_nowhere()
    return 0


def _forget_sizes_of_nothing() -> None:
    """A terminal that says it has 0 columns does not know how many: Rich would print nothing."""
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "").strip("0"):
            os.environ.pop(name, None)


def _open_closed_streams() -> None:
    """Lead standard streams that are closed, as by `>&-`, to nowhere.

    Each takes the lowest free number, its own: no log that is opened later gets it and is written over.
    """
    for name, mode in (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            text_mode = "r" if mode == os.O_RDONLY else "w"
            setattr(sys, name, os.fdopen(os.open(os.devnull, mode), text_mode, encoding="utf-8"))
