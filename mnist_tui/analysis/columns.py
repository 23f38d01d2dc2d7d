"""The columns of all tables: one entry of `COLUMNS` is one column, on screen, in a pipe and in a report."""

from collections.abc import Iterable
from functools import partial

from mnist_tui.analysis import cells
from mnist_tui.analysis.column import Column, column, setting_column
from mnist_tui.analysis.comparison import summary
from mnist_tui.analysis.formatting import SHARED, count, percent, seconds
from mnist_tui.settings.run_config import setting_names


def _by_key(some: Iterable[Column]) -> dict[str, Column]:
    return {one.key: one for one in some}


COLUMNS = _by_key(
    [
        column("run", "run", "the run's id", lambda view: view.run.run_id),
        column(
            "label",
            "run",
            "what it is called, told apart from the others",
            lambda view: view.label,
            of_row=lambda row: row.label,
            heading="Model",
        ),
        column("name", "name", "what it is called", lambda view: view.run.name),
        column("status", "status", "where it stands", lambda view: str(view.status)),
        column(
            "status_words",
            "status",
            "where it stands: its place in the queue, or in a few words why it failed",
            lambda view: view.status_words,
        ),
        *(setting_column(name) for name in setting_names() if name not in {"name", "epochs"}),
        column(
            "batch_normalization",
            "batch norm",
            "whether batch normalisation stands before each hidden ReLU",
            lambda view: view.run.config.batch_norm,
            cells.yes_or_no,
            lambda row: cells.yes_or_no(row.config.batch_norm),
            long_title="Batch Normalization",
        ),
        column(
            "l2_regularization",
            "L2",
            "whether large weights cost something, and how much",
            lambda view: view.run.config.l2_lambda,
            cells.penalty,
            lambda row: cells.penalty(row.config.l2_lambda),
            long_title="L2 Regularization",
        ),
        column(
            "test_accuracy",
            "test acc",
            "share of the test images classified correctly, by the weights that were best on validation",
            cells.result("test_accuracy"),
            cells.share,
            lambda row: percent(summary(row, "test_accuracy")),
            heading="Test",
            long_title="Test Accuracy",
            right=True,
        ),
        column(
            "interval",
            "95 % interval",
            "where the accuracy lies on all such images, as far as the choice of the test images tells",
            cells.result("test_accuracy"),
            of_run=cells.run_interval,
            of_row=cells.row_interval,
            long_title="95 % interval (test images alone)",
            right=True,
        ),
        column(
            "validation_accuracy",
            "validation",
            "share of the validation images classified correctly: at the end, by the best weights",
            cells.validation_accuracy,
            cells.share,
            lambda row: percent(summary(row, "validation_accuracy")),
            right=True,
        ),
        column(
            "test_loss",
            "test loss",
            "mean cross-entropy of the test images",
            cells.result("test_loss"),
            "{:.4f}".format,
            cells.mean("test_loss", "{:.4f}"),
            right=True,
        ),
        column(
            "time",
            "time",
            f"time spent in training steps, up to the last epoch; {SHARED}: other runs shared the cores",
            cells.time,
            of_run=partial(cells.run_time, gap=""),
            of_row=cells.measured("train_seconds", seconds, gap=""),
            right=True,
        ),
        column(
            "training_time",
            "time",
            f"time spent in training steps, up to the last epoch; {SHARED}: other runs shared the cores",
            cells.time,
            of_run=partial(cells.run_time, gap=" "),
            of_row=cells.measured("train_seconds", seconds),
            long_title="Training Time",
            right=True,
        ),
        column(
            "train_seconds",
            "time",
            "time spent in training steps so far",
            lambda view: view.run.train_seconds,
            "{:.1f} s".format,
            cells.measured("train_seconds", seconds),
            right=True,
        ),
        column(
            "cpu_seconds",
            "CPU time",
            "processor time of the training steps, over all threads",
            cells.result("cpu_seconds"),
            "{:.1f} s".format,
            cells.measured("cpu_seconds", cells.mean_of("{:.1f} s"), gap=""),
            right=True,
        ),
        column(
            "cpu_time",
            "CPU time",
            "processor time of the training steps, over all threads, and its spread over the seeds",
            cells.result("cpu_seconds"),
            "{:.1f} s".format,
            cells.measured("cpu_seconds", seconds),
            right=True,
        ),
        column(
            "images_per_second",
            "images/s",
            "images trained on a second",
            lambda view: view.run.images_per_second,
            "{:,.0f}".format,
            cells.measured("images_per_second", cells.mean_of("{:,.0f}")),
            right=True,
        ),
        column(
            "convergence_epoch",
            "converged",
            "the epoch, from 1, with the lowest validation loss",
            cells.result("convergence_epoch"),
            str,
            lambda row: count(summary(row, "convergence_epoch")),
            long_title="Convergence Iterations",
            right=True,
        ),
        column(
            "epochs_completed",
            "epochs",
            "complete epochs, of how many there are at most",
            cells.epochs_completed,
            of_run=lambda view: f"{cells.epochs_completed(view)}/{view.run.config.epochs}",
            of_row=lambda row: count(summary(row, "epochs")),
            right=True,
        ),
        column(
            "epochs",
            "epochs",
            "the epoch under way, or the last one, of how many there are at most",
            lambda view: view.run.epoch,
            of_run=lambda view: f"{view.run.epoch}/{view.run.config.epochs}",
            of_row=lambda row: count(summary(row, "epochs")),
            right=True,
        ),
        column(
            "weight_norm",
            "‖w‖",
            "√Σw² of the best weights: how large they are together",
            cells.result("weight_norm"),
            "{:.1f}".format,
            cells.mean("weight_norm", "{:.1f}"),
            right=True,
        ),
        column(
            "end",
            "end",
            "how it ended",
            lambda view: str(view.status),
            of_row=cells.row_ends,
            right=True,
        ),
    ]
)
"""All columns by key. Those that differ in the texts of their cells alone stand side by side."""

DASHBOARD = (
    "label",
    "test_accuracy",
    "verdict_and_seeds",
    "accuracy_difference",
    "status_words",
    "time",
    "convergence_epoch",
    "epochs_completed",
    "validation_accuracy",
    "time_difference",
    "convergence_difference",
    "images_per_second",
)
"""The dashboard's table of rows, what tells most first; settings in which rows differ come after the name.

Those of `DIFFERENCE_COLUMNS` say how a row differs from the baseline.
"""

RUNS_LIST = ("run", "name", "status", "epochs", "validation_accuracy", "test_accuracy", "train_seconds")
"""What `mnist-tui runs` lists; in a pipe, these keys are its first line."""

COMPARISON = (
    "label",
    "batch_norm",
    "l2_lambda",
    "test_accuracy",
    "time",
    "cpu_seconds",
    "convergence_epoch",
    "weight_norm",
)
"""The table of rows that a command prints."""

REPORT_RESULTS = (
    "label",
    "batch_normalization",
    "l2_regularization",
    "test_accuracy",
    "training_time",
    "convergence_epoch",
)
"""The classic table of a report: its titles are a contract."""

REPORT_MORE = (
    "label",
    "interval",
    "validation_accuracy",
    "test_loss",
    "epochs",
    "cpu_time",
    "images_per_second",
    "weight_norm",
    "end",
)
"""What a report tells more of each row."""
