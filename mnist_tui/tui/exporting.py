"""Writing a report and its figures, in a process of its own: drawing would hold up all threads of this."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_tui.errors import RunError
from mnist_tui.interpreter import module_command
from mnist_tui.runs.run import Run

if TYPE_CHECKING:
    from mnist_tui.analysis.conclusions import Conclusions


async def write_report(conclusions: "Conclusions", path: Path, *, overwrite: bool = False) -> str:
    """Write what `mnist-tui report` writes of the same runs, in the format that the file's name ends in.

    Args:
        conclusions: What is reported.
        path: Where to, absolute; figures go beside it.
        overwrite: Replace files that exist.

    Returns:
        What was written, in words.

    Raises:
        RunError: It could not be written.
    """
    comparison = conclusions.comparison
    runs = [run for run in [*comparison.runs, *comparison.left_out] if not run.is_active]
    options = [f"--baseline={conclusions.baseline_row.label}", f"--margin={conclusions.margin * 100:g}"]
    return await _report(runs, options, path, overwrite=overwrite)


async def write_failures(runs: Sequence[Run], path: Path, *, overwrite: bool = False) -> str:
    """The same of runs that came to no result: `reports.failures`."""
    return await _report(runs, [], path, overwrite=overwrite)


async def _report(runs: Sequence[Run], options: Sequence[str], path: Path, *, overwrite: bool) -> str:
    arguments = [*(run.run_id for run in runs), *options, f"--output={path}"]
    arguments += ["--force"] if overwrite else []
    try:
        process = await asyncio.create_subprocess_exec(
            *module_command("mnist_tui", "report", *arguments), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        written, problem = await process.communicate()
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        raise RunError(f"The report could not be written ({error}).") from error
    if process.returncode:
        said = problem.decode(errors="replace").strip().removeprefix("mnist-tui: ")
        raise RunError(said or f"The report could not be written (exit code {process.returncode}).")
    return written.decode(errors="replace").strip()
