"""What the dialogs have in common that ask which rows to train."""

from abc import abstractmethod

from textual.app import ComposeResult
from textual.widgets import Input

from mnist_tui.settings.design import Design
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.dialogs.form import FormScreen


class PlanScreen(FormScreen[Design]):
    """Ask for rows; returns them with their seeds.

    Args:
        title: What is asked.
        typed: What stands in the field at first.
        seeds: How many each row is trained with.
    """

    def __init__(self, title: str, typed: str, seeds: int) -> None:
        super().__init__(title)
        self._typed, self._seeds = typed, seeds

    def fields(self) -> ComposeResult:
        """What tells the rows apart, as the command line takes it."""
        yield Input(self._typed, id="rows", select_on_focus=False)

    @abstractmethod
    def rows(self, typed: str) -> list[RunConfig]:
        """A configuration for each row.

        Raises:
            ConfigError: What was typed makes no rows.
        """

    def answer(self) -> Design:
        """The rows and their seeds."""
        return Design(tuple(self.rows(self.query_one("#rows", Input).value.strip())), self._seeds)

    def preview(self) -> str:
        """Which runs that makes, and how many."""
        design = self.answer()
        rows, runs = len(design.rows), len(design.configs)
        count = f"{runs} runs" if design.seeds == 1 else f"{rows} rows × {design.seeds} seeds = {runs} runs"
        return f"{count}: {' · '.join(distinct_labels(design.rows))}\n\nenter starts · esc goes back"
