"""`mnist-tui bench`."""

import json
from typing import Annotated

from cyclopts import Parameter

from mnist_tui.cli.program import Json, app, complain, whole


@app.command
def bench(
    *,
    rounds: Annotated[int, Parameter(converter=whole, help="how often each contender takes its turn")] = 7,
    steps: Annotated[int, Parameter(converter=whole, help="training steps of a turn")] = 150,
    as_json: Json = False,
) -> int:
    """Measure training speed here, beside the matrix-multiply floor and, where installed, PyTorch."""
    from mnist_tui.benchmark.suite import Suite
    from mnist_tui.cli.output import print_line, print_table, working
    from mnist_tui.cli.tables import benchmark_tables
    from mnist_tui.cores import auto_threads

    for name, value in (("rounds", rounds), ("steps", steps)):
        if not 1 <= value <= 10_000:
            return complain(f"{name} must be from 1 to 10,000, not {value}.", 2)
    suite = Suite(auto_threads())
    with working() as line:
        suite.run(rounds, steps, line.update)
    if as_json:
        print_line(json.dumps(suite.to_record()))
    else:
        for table in benchmark_tables(suite):
            print_table(table)
    return 0
