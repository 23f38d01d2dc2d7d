"""A process with one contender: `python -m mnist_tui.benchmark.child CONTENDER CONFIG`.

It says `{"ready": true, "backend": "…"}` (or false where PyTorch is not installed), then trains as many steps
as each line of standard input says and answers with the seconds that took.
"""

import json
import sys
import time
from typing import Any

from mnist_tui.benchmark.contenders import CONTENDERS
from mnist_tui.settings.run_config import RunConfig


def main(contender: str, config: str) -> None:
    """Get ready, then train on demand."""
    try:
        runner = CONTENDERS[contender](RunConfig.from_dict(json.loads(config)))
    except (ImportError, OSError):  # not there, or broken
        _say({"ready": False})
        return
    _say({"ready": True, "backend": runner.backend})
    for line in sys.stdin:
        began = time.perf_counter()
        runner.train(int(line))
        _say({"seconds": time.perf_counter() - began})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
