"""Text that costs nothing while it says the same."""

from typing import Any

import pytest

from mnist_tui.tui.widgets.sentence import Sentence

pytestmark = pytest.mark.quick


def test_the_same_again_lays_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(Sentence, "refresh", lambda *_, **how: asked.append(how))
    sentence = Sentence("three layers", id="summary")
    sentence.update("three layers")
    assert not asked
    sentence.update("[b]four[/b] layers")
    assert asked == [{"layout": True}]
    assert str(sentence.render()) == "[b]four[/b] layers", "names are no markup"
    sentence.update()
    assert str(sentence.render()) == ""
