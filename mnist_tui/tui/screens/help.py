"""What the keys do, on one page."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown

HELP = """\
# What does batch normalisation actually do?

Flip a switch, press `r`, watch. Flip another, press `r` again: both runs stand side by side. Or press
`c`: the three classic networks train at once, on the same seed.

| key | does |
|---|---|
| `r` | run the network of the form |
| `c` | compare the three classic rows: plain, batch normalisation, L2 with λ = 0.1 |
| `w` | sweep: train once for each value of the setting that has the focus |
| `space` | in the form: next value; in the table: show or hide a run's curves |
| arrows, `hjkl`, `tab` | move; `←` `→` in the form: walk through common values |
| digits | type a value |
| `p` | pause or resume the run under the table's cursor |
| `x` | stop it: keep what it has, or discard it |
| `enter` | on a chart: maximise; on a run: its settings and the command that trains it again |
| `y` | loss axis: logarithmic or linear |
| `X` | x axis: epoch, step or seconds |
| `a` | loss or accuracy, where only one chart fits |
| `e` | export the comparison as Markdown |
| `f` | fetch full MNIST |
| `f8` | screenshot |
| `ctrl+p` | palette: themes and more |
| `esc` | back |
| `q` | quit |

**Reading the charts.** Solid: validation, the images that were not trained on. Dotted: training. Every
run has a colour and a marker of its own. Loss is cross-entropy without the L2 penalty, so that rows can
be compared.

**Converged** is the epoch with the lowest validation loss. Its weights are the ones that meet the test
images, once, at the end. **Time** is training steps alone.
"""


class HelpScreen(ModalScreen[None]):
    """The page."""

    BINDINGS = [Binding("escape,question_mark,f1,q", "dismiss", "Back")]

    def compose(self) -> ComposeResult:
        """The page, scrolled by keys."""
        with VerticalScroll(classes="dialog tall"):
            yield Markdown(HELP)
