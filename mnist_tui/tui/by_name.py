"""All that the keys do, by name: what `ctrl+p` finds."""

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from mnist_tui.tui.keys import KEYS, Key, Place, written
from mnist_tui.tui.where import by_words, places_of

WALKING = {Place.FIELD, Place.FORM, Place.FIELDS, Place.ANSWERS, Place.DIALOG, Place.PAGE}
"""Where keys move about: nothing that one would look for by name."""


class KeysProvider(Provider):
    """A command for each thing that keys of `KEYS` can do on the screen below the palette."""

    async def discover(self) -> Hits:
        """All of them, in the order of help."""
        for key, node in self._commands():
            yield DiscoveryHit(_title(key), partial(self._run, key, node), help=key.words)

    async def search(self, query: str) -> Hits:
        """Those whose name or words fit.

        Args:
            query: What was typed.
        """
        matcher = self.matcher(query)
        for key, node in self._commands():
            title = _title(key)
            score = max(matcher.match(title), matcher.match(key.words))
            if score > 0:
                yield Hit(score, matcher.highlight(title), partial(self._run, key, node), help=key.words)

    def _commands(self) -> Iterator[tuple[Key, DOMNode]]:
        """The keys, and the node that each one's action is of; the focused one and those around it first."""
        nodes = [*(self.focused or self.screen).ancestors_with_self, *self.screen.walk_children()]
        at: dict[Place, DOMNode] = {}
        for node in nodes:
            for place in places_of(node):
                at.setdefault(place, node)
        for some in by_words(key for key in KEYS if key.words and key.action).values():
            key = some[0]
            if key.place in at and key.place not in WALKING and key.action != "command_palette":
                yield key, at[key.place]

    async def _run(self, key: Key, node: DOMNode) -> None:
        await self.app.run_action(key.action, default_namespace=node)


def _title(key: Key) -> str:
    return f"{key.label or key.words}  ({written(key.keys.split(',')[0])})"
