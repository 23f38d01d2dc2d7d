"""What the log of one run says in words, read on from where it was read to."""

import asyncio

from mnist_tui.reports.story import Story
from mnist_tui.runs.log import LogTail
from mnist_tui.runs.run import Run


class Following:
    """Follows one run at a time.

    Attributes:
        run_id: Which; empty for none.
        story: What happened in it, as far as it was read.
    """

    def __init__(self) -> None:
        self.run_id = ""
        self.story = Story()
        self._tail: LogTail | None = None
        self._reading = asyncio.Lock()

    def turn_to(self, run_id: str) -> None:
        """Follow another run, from its start."""
        if run_id != self.run_id:
            self.run_id, self.story, self._tail = run_id, Story(), None

    async def read_on(self, run: Run) -> bool:
        """Read what is new, in a thread; whether it is the run that is followed, still."""
        async with self._reading:  # two readers of one log would each get a part of it
            if run.run_id != self.run_id:
                return False
            tail = self._tail = self._tail or LogTail(run.directory.events_path)
            events = await asyncio.to_thread(tail.read_all)
            if tail is not self._tail:
                return False
            self.story.tell(events)
            return True
