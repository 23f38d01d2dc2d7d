"""`mnist-tui`, which `python -m mnist_tui` is too."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command; ctrl+c ends it without a traceback from the first moment on."""
    try:
        from mnist_tui import cli  # loading it takes a moment

        cli.main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
