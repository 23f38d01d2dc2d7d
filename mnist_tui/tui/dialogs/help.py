"""What the keys do, on one page."""

from textual import widgets
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings, table

HELP = f"""\
# What does batch normalisation actually do?

Flip a switch, press `r`, watch. Flip another, press `r` again: both runs stand side by side. Or press
`c`: the three classic networks train at once, on the same seed.

{table()}

**Reading the charts.** Thick: validation, the images that were not trained on. Dotted: training, of the row
under the cursor (`T`: of none, of all). Every row has a colour, a marker, and its name at the end of its
curve. Arrows at the rim: a curve goes on beyond it (`o` shows all); ✖: it diverged. Loss is cross-entropy
without the L2 penalty, so that rows can be compared. `m` turns accuracy into the error rate, on whose
logarithmic axis 98.0 and 98.4 % lie apart.

**Converged** is the epoch with the lowest validation loss. Its weights are the ones that meet the test
images, once, at the end. **Time** is training steps alone; † stands after times that were taken while
other runs shared the cores, `*` after the best number of a column. No more runs train at once than there are
cores: the others wait.

**Several seeds** (`Seeds` in the form) make a row: its mean ± standard deviation, and a curve with the range
of its seeds. `b` makes a row the baseline; the others say by how much they differ and how sure that is:
▲ better, ▼ worse, = same, ? unclear. `i` explains. What was trained earlier is taken from the home.

**Nothing is lost.** Quit, and runs can train on in the background; the next dashboard finds them. A run
that was killed goes on from its last complete epoch, to the same weights.
"""


class HelpScreen(Dialog[None]):
    """The page."""

    BINDINGS = bindings(Place.DIALOG, Place.PAGE)

    def compose(self) -> ComposeResult:
        """The page, scrolled by keys."""
        with VerticalScroll(classes="dialog tall"):
            # Textual loads it, and its parser, when it is asked for: the first paint needs neither.
            yield widgets.Markdown(HELP)
