"""What machine this is, in words: its processor, and what multiplies matrices on it."""

import platform
from functools import cache
from pathlib import Path

from threadpoolctl import threadpool_info


# None of these changes while this process lives; together they take a millisecond of each start of a run.
@cache
def version(package: str) -> str:
    """Of an installed package."""
    from importlib import metadata  # loads `email` and `csv`, and a process that trains asks for no version

    return metadata.version(package)


@cache
def blas() -> str:
    """The library that multiplies matrices, and for which processor: last bits depend on both."""
    import numpy as np  # noqa: F401 - which loads it

    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    # SciPy's wheel brings one of its own, which may have been loaded first.
    found.sort(key=lambda library: "numpy" not in str(Path(library["filepath"]).parent))
    if not found:
        return "not known"
    return f"{found[0]['internal_api']} {found[0]['version']} {found[0].get('architecture', '')}".strip()


@cache
def processor() -> str:
    """The processor's name; Linux tells it in /proc only."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
