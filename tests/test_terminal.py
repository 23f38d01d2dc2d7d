"""The real program in a real (pseudo-)terminal, talked to with keys."""

from collections.abc import Callable

from tests.terminal import Terminal, wait_for_form


def test_a_first_session_in_80_by_24(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal(80, 24)
    wait_for_form(terminal)
    assert "MNIST sample 3,600 / 400 / 1,000" in terminal.read()
    terminal.press("\x1b[B")
    terminal.press("0.1")
    terminal.wait_for(lambda shown: "l2 0.1" in shown)
    terminal.press("-")
    terminal.wait_for(lambda shown: "l2_lambda must be a number" in shown)
    terminal.press("\x7f")
    terminal.wait_for(lambda shown: "parameters" in shown)
    terminal.press("\x1b[A" * 2 + "16" + "\x1b[B" * 9 + "2")  # a network and a training of a moment
    terminal.wait_for(lambda shown: "784 → 16 → 10" in shown)
    terminal.press("c")
    terminal.wait_for(lambda shown: all(marker in shown for marker in "●▲■"))
    terminal.resize(60, 20)
    terminal.wait_for(lambda shown: "Network" in shown and "Loss" not in shown)  # one panel at a time
    terminal.resize(120, 40)
    terminal.wait_for(lambda shown: "Accuracy" in shown)
    last = terminal.wait_for(lambda shown: "3 finished" in shown and shown.count(" %") >= 3)
    assert "Accuracy" in last
    assert "Traceback" not in last
    # ctrl+c asks, and keeps what trains.
    terminal.press("9999")
    terminal.wait_for(lambda shown: "9999" in shown)
    terminal.press("r")
    terminal.wait_for(lambda shown: "1 training" in shown)
    terminal.press("\x03")
    terminal.wait_for(lambda shown: "Stop and keep" in shown)
    terminal.press("\r")
    assert terminal.wait_for_end() == 0
