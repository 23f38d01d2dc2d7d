"""Write the table of keys into the README."""

from mnist_tui.tui.keys.readme import README, with_table

if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
