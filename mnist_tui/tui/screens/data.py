"""The data: digits as a grid, what classes have in common, and where the files come from."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static
from textual.worker import Worker

from mnist_tui.analysis.pixels import pixel_facts
from mnist_tui.data.dataset import SIDE
from mnist_tui.data.provenance import files_in_use
from mnist_tui.errors import MnistTuiError
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.settings.text import format_setting
from mnist_tui.training.preview import KINDS, augmented, strengths
from mnist_tui.tui.data_in_view import DataInView, all_images, first_images, known
from mnist_tui.tui.dialogs.fetch import FetchScreen
from mnist_tui.tui.dialogs.jump import JumpScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.paper import paper_of
from mnist_tui.tui.picked import Picked
from mnist_tui.tui.renderables.classes import render_classes
from mnist_tui.tui.renderables.digits import GAP, Grid, fill, render_digits
from mnist_tui.tui.renderables.files import render_files
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.screens.appearing import Appearing
from mnist_tui.tui.selection import Selection
from mnist_tui.tui.widgets.canvas import Canvas
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.setting_input import SettingInput
from mnist_tui.tui.widgets.settings import SettingsForm

if TYPE_CHECKING:
    from textual import getters

    from mnist_tui.tui.app import MnistTuiApp

SIZES = (14, 20, 28, 10)
"""Cells that a digit is wide, the first one first."""

VIEWS = ("digits", "classes", "files")

HINTS = {
    "digits": "What networks are given. Look for digits that you would get wrong yourself.",
    "classes": "What all images of a class share, and where a network must look closer.",
    "files": "Results compare only where these hashes are the same. f fetches full MNIST.",
}
"""What may be learnt from each view."""

AUGMENTING = "Training bends digits like this. ←→ strength · n once more · u into the form"


class DataScreen(Appearing):
    """The data set of the form."""

    if TYPE_CHECKING:
        app = getters.app(MnistTuiApp)

    BINDINGS = bindings(Place.DATA)

    def __init__(self) -> None:
        super().__init__()
        self._data = DataInView()
        self._selection: Selection | None = None
        self._problem = self._hinted = ""
        self._digit_size, self._view = SIZES[0], VIEWS[0]
        self._trial, self._drawn = RunConfig(), 0
        self._grid = Grid(0, 0, SIZES[0])

    def compose(self) -> ComposeResult:
        """What is shown, the picture, what may be learnt from it, the keys."""
        yield Static(id="head", markup=False)
        yield Canvas(self._lines, id="canvas")
        yield Static(id="hint", markup=False)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Say what is coming."""
        self._show()

    def appear(self) -> None:
        """Show the data set that the form means now."""
        super().appear()
        if self._selection is None and (first := known(self._config.dataset)):
            self._have(first)  # read ahead, see `later`
        self._look()

    @property
    def _config(self) -> RunConfig:
        """The form's."""
        return self.app.dashboard.query_one(SettingsForm).allowed

    @property
    def is_whole(self) -> bool:
        """Whether all images are there."""
        return self._data.is_whole

    # Reading

    @work(group="read", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        """Read the images, the first ones first, in a thread."""
        config = self._config
        try:
            found = await asyncio.to_thread(first_images, config.dataset)
            if found.key != self._data.key or not self._selection:
                self._have(found)
            if not self._data.is_whole:
                await self._painted()  # reading the rest would hold that up
                self._have(await asyncio.to_thread(all_images, self._data, config.validation_size))
        except MnistTuiError as error:
            self._problem, self._selection, self._data = str(error), None, DataInView()
            self._show()
        else:
            self._read_more()

    async def _painted(self) -> None:
        """Wait until what was drawn is on screen."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await painted.wait()

    def _have(self, data: DataInView) -> None:
        """Images have come."""
        self._data, self._problem = data, ""
        if self._selection:
            self._selection.take(data.splits)
        else:
            self._selection = Selection(data.splits)
        self._show()

    @work(group="more", exclusive=True, exit_on_error=False)
    async def _read_more(self) -> None:
        """Work out what the view needs, in a thread."""
        data = self._data
        if not data.is_whole or data.source is None:
            return
        if self._view == "classes" and data.facts is None:
            facts = await asyncio.to_thread(pixel_facts, data.splits["train"])
            if data.key == self._data.key:
                self._data = replace(self._data, facts=facts)
        if self._view == "files" and data.files is None:
            files = await asyncio.to_thread(files_in_use, data.source)
            if data.key == self._data.key:
                self._data = replace(self._data, files=files)
        self._show()

    @on(Worker.StateChanged)
    def _tell_of_worker(self, event: Worker.StateChanged) -> None:
        if event.worker.error:
            self.app.tell(event.worker.error)

    # Drawing

    def _show(self) -> None:
        """Draw what is there."""
        if not self.is_mounted:
            return
        canvas = self.query_one("#canvas", Canvas)
        canvas.redraw()
        self.query_one("#head", Static).update(self._head(), layout=False)  # it is one line, whatever it says
        if (hint := self._hint()) != self._hinted:
            self._hinted = hint
            self.query_one("#hint", Static).update(hint)

    def _lines(self, width: int, height: int) -> list[Line]:
        data, selection = self._data, self._selection
        if selection is None or data.source is None:
            return in_the_middle(self._problem or "Reading the first digits.", width, height)
        paper = paper_of(self.app)
        if self._view == "classes":
            return render_classes(data.splits, data.names, data.facts, paper, width, height)
        if self._view == "files":
            return render_files(data.source.name, data.files, data.origin, data.sha256, width)
        self._grid = fill(width, height, self._digit_size)
        selection.scroll(self._grid.columns, self._grid.rows)
        places = selection.on_screen(self._grid.count)
        shown = selection.shown
        images = augmented(shown.images[places], self._trial, self._drawn)
        return render_digits(
            [image.reshape(SIDE, SIDE) for image in images],
            self._grid,
            paper,
            captions=[self._caption(int(index), int(shown.labels[index])) for index in places],
            cursor=selection.cursor - selection.top,
        )

    def _caption(self, index: int, label: int) -> str:
        name = self._data.names[label]
        whole = f"{name} #{index}"
        return whole if len(whole) <= self._grid.size else name

    def _head(self) -> str:
        selection, source = self._selection, self._data.source
        if selection is None or source is None:
            return "Data"
        start = f"Data · {source.name}"
        if self._view != "digits":
            return f"{start} · {self._view}"
        count, index = len(selection.places), selection.index
        wanted = "" if selection.wanted is None else f" · only {self._data.names[selection.wanted]}"
        more = "" if self._data.is_whole else " first"
        at = "" if index is None else f" · #{index}: {self._data.names[selection.shown.labels[index]]}"
        trial = "" if self._trial.augment == "none" else f" · {self._augmentation()}"
        return f"{start} ·{more} {count:,} {selection.split}{wanted} · {selection.order.value}{at}{trial}"

    def _augmentation(self) -> str:
        return f"{self._trial.augment} {format_setting(self._trial.augment_strength)}"

    def _hint(self) -> str:
        if self._view == "digits" and self._trial.augment != "none":
            return AUGMENTING
        return HINTS[self._view]

    # Keys

    def action_sideways(self, by: int) -> None:
        """Move the cursor, or change the strength of the augmentation that is shown."""
        if self._trial.augment == "none":
            self.action_move(by, 0)
            return
        steps = strengths(self._trial.augment)
        at = steps.index(self._trial.augment_strength) + by
        self._try(self._trial.augment, steps[min(max(0, at), len(steps) - 1)])

    def action_move(self, columns: int, rows: int) -> None:
        """Move the cursor."""
        self._on_selection(lambda selection: selection.move(columns + rows * max(1, self._grid.columns)))

    def action_page(self, by: int) -> None:
        """A screenful on, or back."""
        self._on_selection(lambda selection: selection.move(by * max(1, self._grid.count)))

    def action_far(self, end: int) -> None:
        """To the first digit, or to the last one."""
        self._on_selection(lambda selection: selection.move((1 if end else -1) * len(selection.places)))

    def action_next_split(self) -> None:
        """Another split."""
        self._on_selection(lambda selection: selection.next_split())

    def action_next_class(self, by: int) -> None:
        """Another class."""
        self._on_selection(lambda selection: selection.next_class(by))

    def action_next_order(self) -> None:
        """Another order."""
        self._on_selection(lambda selection: selection.next_order())

    def _on_selection(self, change: Any) -> None:
        """Change what is looked at; it is digits from then on."""
        if self._selection:
            change(self._selection)
            self._view = VIEWS[0]
            self._show()

    @work(exit_on_error=False)
    async def action_jump(self) -> None:
        """To an image by its index."""
        if self._selection:
            dialog = JumpScreen(self._selection.split, len(self._selection.shown))
            if (index := await self.app.push_screen_wait(dialog)) is not None:
                self._on_selection(lambda selection: selection.jump(index))

    def action_next_size(self) -> None:
        """Digits in another size."""
        self._digit_size = SIZES[(SIZES.index(self._digit_size) + 1) % len(SIZES)]
        self._show()

    def action_next_view(self) -> None:
        """Digits, classes or files."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self._show()
        self._read_more()

    def action_next_augmentation(self) -> None:
        """See another augmentation, as strong as the form has it where that is a common strength."""
        kind = KINDS[(KINDS.index(self._trial.augment) + 1) % len(KINDS)]
        wanted, steps = self._config.augment_strength, strengths(kind)
        self._view = VIEWS[0]
        self._try(kind, wanted if wanted in steps else 1.0)

    def _try(self, kind: str, strength: float) -> None:
        self._trial = replace(self._trial, augment=kind, augment_strength=strength)
        self._show()

    def action_draw_again(self) -> None:
        """Other random numbers."""
        self._drawn += 1
        self._show()

    def action_use(self) -> None:
        """Have the form augment like this."""
        form = self.app.dashboard.query_one(SettingsForm)
        for name in ("augment", "augment_strength"):
            form.query_one(f"#{name}", SettingInput).value = format_setting(getattr(self._trial, name))
        self.notify(f"The form has augment {self._augmentation()} now: 1 and r train with it.", markup=False)

    def action_pick(self) -> None:
        """Take the digit under the cursor to the drawing pad."""
        selection = self._selection
        if selection is None or (index := selection.index) is None:
            return
        label = int(selection.shown.labels[index])
        self.app.session.picked = Picked(selection.shown.images[index], label, f"{selection.split} #{index}")
        self.app.switch_mode("draw")

    @on(Canvas.Pointed)
    def _point(self, event: Canvas.Pointed) -> None:
        """Put the cursor on the digit that was clicked."""
        grid = self._grid
        column, row = event.x // (grid.size + GAP), event.y // (grid.picture_height + 1)
        if self._view == VIEWS[0] and self._selection and column < grid.columns and row < grid.rows:
            to = self._selection.top + row * grid.columns + column
            self._on_selection(lambda selection: selection.move(to - selection.cursor))

    @work(exit_on_error=False)
    async def action_fetch(self) -> None:
        """Fetch full MNIST."""
        if await self.app.push_screen_wait(FetchScreen()):
            self.notify("Full MNIST is here, verified. New runs with data “auto” use it.", markup=False)
            self._look()

    def action_back(self) -> None:
        """From another view to the digits, from there to the dashboard."""
        if self._view != VIEWS[0]:
            self._view = VIEWS[0]
            self._show()
        else:
            self.app.switch_mode("dashboard")
