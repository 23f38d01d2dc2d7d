"""Flags made from `RunConfig`, one for every setting, and back from flags to a configuration."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Parameter

from mnist_tui.cli.program import whole
from mnist_tui.settings.design import MAX_SWITCHES, SWITCHES
from mnist_tui.settings.forkable import FORKABLE
from mnist_tui.settings.presets import PRESETS, PresetName
from mnist_tui.settings.run_config import RunConfig, default_value, field_type, setting, setting_names
from mnist_tui.settings.text import format_setting, parse_setting

if TYPE_CHECKING:
    RunFlags: TypeAlias = Any
    ForkFlags: TypeAlias = Any
else:

    def _flag(name: str, help_text: str, *, show: bool = True) -> tuple[str, Any, None]:
        kind = bool if isinstance(default_value(name), bool) else str
        how = Parameter(help=help_text, metavar=_wanted(name), show=show, allow_leading_hyphen=kind is str)
        return name, Annotated[kind | None, how], None

    def _what(name: str) -> str:
        choices = f" ({', '.join(setting(name).choices)})" if setting(name).choices else ""
        return f"{setting(name).help}{choices}"

    def _wanted(name: str) -> str:
        """What stands behind a flag in the help."""
        if setting(name).choices or name in _WANTED:
            return _WANTED.get(name, "CHOICE")
        kind, optional = field_type(name)
        return f"{_KINDS.get(kind, 'TEXT')}{'|auto' if optional else ''}"

    _KINDS = {int: "INT", float: "NUMBER", tuple: "INT,INT,…"}
    _WANTED = {"dataset": "NAME|DIR"}

    # One flag for every field of RunConfig. Texts are read by `parse_setting`, as in the form, so
    # that a bad value gets the same sentence everywhere.
    RunFlags = dataclasses.make_dataclass(
        "RunFlags",
        [
            _flag(name, f"{_what(name)} [default: {format_setting(default_value(name))}]")
            for name in setting_names()
        ],
        frozen=True,
    )
    # The same for a fork, where what is not named stays as it was. What cannot change is read as well, to be
    # refused by a sentence of its own, but not offered.
    ForkFlags = dataclasses.make_dataclass(
        "ForkFlags",
        [_flag(name, _what(name), show=name in FORKABLE) for name in setting_names()],
        frozen=True,
    )
    RunFlags.__module__ = ForkFlags.__module__ = __name__

Flags = Annotated[RunFlags, Parameter(name="*")]
Changes = Annotated[ForkFlags, Parameter(name="*")]
Preset = Annotated[
    PresetName | None,
    Parameter(help="start from settings with a name; other flags change them"),
]
Sweeps = Annotated[
    tuple[str, ...],
    Parameter(
        name="--sweep",
        negative=(),
        show_default=False,
        metavar="SETTING=VALUES",
        help="a row for each value instead of the classic three: l2_lambda=0,0.01,0.1 or optimizer=sgd,adam "
        "or hidden=512,256;128; given more than once, a row for each combination",
    ),
]
Ablate = Annotated[
    str | None,
    Parameter(
        metavar="SWITCHES",
        help="a row for each combination of switches instead of the classic three, for example "
        f"batch_norm,l2_lambda=0.1,dropout=0.2: 1 to {MAX_SWITCHES} of {', '.join(SWITCHES)}",
    ),
]
Seeds = Annotated[
    int | None,
    Parameter(
        converter=whole,
        help="train each row with so many seeds, from --seed on [default: 1, or what fits the budget]",
    ),
]
BudgetFlag = Annotated[
    str | None,
    Parameter(
        name="--budget",
        metavar="TIME",
        help="the time that there is, such as 60s, 5m or 1.5h: as many seeds of every row as fit, with fewer "
        "epochs where three would not (--seeds and --epochs are then the most there may be)",
    ),
]
Fresh = Annotated[
    bool,
    Parameter(
        negative=(),
        show_default=False,
        help="train also what was trained earlier: else a finished run with the same settings, data, seed, "
        "version and machine is taken",
    ),
]

NO_FLAGS, NO_CHANGES = RunFlags(), ForkFlags()


def spell_out(tokens: Sequence[str]) -> list[str]:
    """The command line with `--batch-norm=off` as the flag that it means.

    cyclopts gives a switch no value but its own words for yes and no, and lists here say on and off.

    Raises:
        ConfigError: A switch has a value that is neither.
    """
    return [_spelled_out(token) for token in tokens]


def _spelled_out(token: str) -> str:
    flag, given, text = token.partition("=")
    name = flag.removeprefix("--").replace("-", "_")
    if not (given and flag.startswith("--") and name in _SWITCHES):
        return token
    return flag if parse_setting(name, text) else f"--no-{flag[2:]}"


_SWITCHES = {name for name in setting_names() if isinstance(default_value(name), bool)}


def to_config(flags: RunFlags, preset: PresetName | None = None) -> RunConfig:
    """The configuration that a preset and some flags describe; flags count for more.

    Raises:
        ConfigError: A flag has a value that is not allowed.
    """
    return RunConfig(**{**(PRESETS[preset] if preset else {}), **given_flags(flags)})


def given_flags(flags: RunFlags) -> dict[str, Any]:
    """The settings that flags name.

    Raises:
        ConfigError: A text cannot be read as its setting's type.
    """
    given = {name: getattr(flags, name) for name in setting_names()}
    return {
        name: value if isinstance(value, bool) else parse_setting(name, value)
        for name, value in given.items()
        if value is not None
    }
