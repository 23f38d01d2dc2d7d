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
| `p` | pause or resume the run under the table's cursor, also one that was stopped or killed |
| `n` | train to the end of the epoch, then pause |
| `t` | tune: change learning rate, λ or dropout while it trains |
| `x` | stop it (keep what it has, or discard it); take it out of the queue; delete it |
| `F` | fork: a run with the same weights after an epoch, and another setting |
| `v` | replay: the run, and those shown with it, as they were |
| `K` `J` | a waiting run: earlier or later in the queue |
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
images, once, at the end. **Time** is training steps alone; ∥ stands after times that were taken while
other runs shared the cores. No more runs train at once than there are cores: the others wait.

**Nothing is lost.** Quit, and runs can train on in the background; the next dashboard finds them. A run
that was killed goes on from its last complete epoch, to the same weights.
"""


class HelpScreen(ModalScreen[None]):
    """The page."""

    BINDINGS = [Binding("escape,question_mark,f1,q", "dismiss", "Back")]

    def compose(self) -> ComposeResult:
        """The page, scrolled by keys."""
        with VerticalScroll(classes="dialog tall"):
            yield Markdown(HELP)
