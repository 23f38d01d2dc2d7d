"""What is known of a run beyond its log: who trains it for us, and whether it waits."""

from dataclasses import dataclass

from mnist_tui.jobs.executor import Handle


@dataclass
class Job:
    """A run that waits, or that we started.

    Attributes:
        run_id: Which run.
        handle: What trains it, where we started that.
        has_begun: Whether the log has said something since that was started: until then, how a resumed run
            stands is how it stood before.
        place: Its place in the queue, 1 is next; 0 where it does not wait.
        waits_for_us: Whether it was us who put it into the queue.
        pausing: Whether it was told to pause (true) or to go on (false) and has not shown it yet.
    """

    run_id: str
    handle: Handle | None = None
    has_begun: bool = False
    place: int = 0
    waits_for_us: bool = False
    pausing: bool | None = None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to know any more."""
        return self.handle is None and not self.place and self.pausing is None
