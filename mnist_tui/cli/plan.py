"""What `compare` is asked to train: from its flags to a design."""

from collections.abc import Sequence

from mnist_tui.cli.flags import RunFlags, to_config
from mnist_tui.errors import ConfigError
from mnist_tui.settings.design import Design, combinations, parse_switches
from mnist_tui.settings.presets import PresetName, classic_rows
from mnist_tui.settings.sweeps import Sweep, grid


def plan(
    flags: RunFlags,
    preset: PresetName | None,
    sweep: Sequence[str],
    ablate: str | None,
    seeds: int | None,
) -> Design:
    """The rows that flags ask for: the classic three, a sweep's or an ablation's.

    Args:
        flags: What all rows share.
        preset: The same.
        sweep: As typed; see `Sweep.parse`.
        ablate: As typed; see `parse_switches`.
        seeds: For each row, one where none are named.

    Raises:
        ConfigError: They contradict each other, or one has a value that is not allowed.
    """
    sweeps = [Sweep.parse(text) for text in sweep]
    switches = () if ablate is None else parse_switches(ablate)
    if sweeps and switches:
        raise ConfigError("ablate", "ablate and sweep make rows of their own each: leave one of them out.")
    own = [one.name for one in sweeps] or [switch.name for switch in switches]
    for name in own or ("batch_norm", "l2_lambda", "name"):
        if getattr(flags, name) is not None:
            option = f"--{name.replace('_', '-')}"
            raise ConfigError(
                name, f"compare sets {option} itself, row by row: leave it out, or use `train`."
            )
    seeds = 1 if seeds is None else seeds
    if seeds > 1 and any(one.name == "seed" for one in sweeps):
        raise ConfigError(
            "seeds", "seeds and a sweep over seed contradict each other: leave one of them out."
        )
    shared = to_config(flags, preset)
    if switches:
        return Design(tuple(combinations(shared, switches)), seeds)
    return Design(tuple(grid(shared, sweeps) if sweeps else classic_rows(shared)), seeds)
