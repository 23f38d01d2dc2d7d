"""`mnist-tui data`: which data is here, and fetching full MNIST."""

from mnist_tui.cli.program import data_app
from mnist_tui.settings.run_config import default_value


@data_app.default
@data_app.command
def status() -> int:
    """Say which data set `auto` means on this machine, and where it is."""
    from mnist_tui.cli.output import print_line
    from mnist_tui.data import source

    found = source.resolve("auto")
    print_line(f"{found.describe(default_value('validation_size'))} (train / validation / test)")
    if found.directory is None:
        print_line(
            "Embedded in the program. Full MNIST is not on this machine: `mnist-tui data fetch` gets it."
        )
    else:
        source.load(found, default_value("validation_size"))
        print_line(f"In {found.directory}, complete, checksums right.")
    return 0


@data_app.command
def fetch() -> int:
    """Download full MNIST (11.6 MB) and verify it; files that are here and whole are kept."""
    from mnist_tui.cli.output import download_progress, print_line
    from mnist_tui.data import fetch as fetching

    directory = fetching.target_directory()
    with download_progress() as bar:
        task = bar.add_task("MNIST", total=None)
        fetching.fetch(
            directory,
            lambda progress: bar.update(
                task, completed=progress.done, total=progress.total, description=progress.file
            ),
        )
    print_line(f"Full MNIST is in {directory}.")
    return 0
