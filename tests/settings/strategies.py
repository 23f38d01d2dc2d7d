"""Any settings there may be, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from mnist_tui.settings.choices import OPTIMIZERS, SCHEDULES
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.settings.setting import MAX_LAYERS, MAX_WIDTH


def between(low: float, high: float, **options: Any) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, **options)


NAMES = st.text(min_size=1, max_size=40).filter(
    lambda text: text.isprintable() and text == text.strip() != "" and text.lower() != "auto"
)

configs = st.builds(
    RunConfig,
    dataset=st.sampled_from(["auto", "mnist", "sample", "/some where/digits", "~/digits"]),
    hidden=st.lists(st.integers(1, MAX_WIDTH), min_size=1, max_size=MAX_LAYERS).map(tuple),
    batch_norm=st.booleans(),
    l2_lambda=between(0, 1000),
    dropout=between(0, 1, exclude_max=True),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    learning_rate=st.none() | between(0, 100, exclude_min=True),
    momentum=between(0, 1, exclude_max=True),
    schedule=st.sampled_from(list(SCHEDULES)),
    batch_size=st.integers(1, 60_000),
    epochs=st.integers(1, 10_000),
    early_stopping=st.integers(0, 10_000),
    validation_size=st.integers(1, 30_000),
    seed=st.integers(0, 2**32 - 1),
    threads=st.none() | st.integers(1, 64),
    name=st.none() | NAMES,
)
