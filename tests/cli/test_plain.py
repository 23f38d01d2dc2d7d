"""`mnist-tui --plain` in a process of its own, without a terminal."""

from tests.command import assert_done, mnist_tui


def test_without_a_terminal_and_without_a_word_it_says_what_is_there_and_ends() -> None:
    result = mnist_tui("--plain")
    assert_done(result)
    [line] = result.stdout.splitlines()
    assert line.startswith("mnist-tui, plain. 0 runs are here already.")
