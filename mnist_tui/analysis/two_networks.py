"""Two networks on the same images: what the second one fixes, what it breaks, and whether that is chance."""

from dataclasses import dataclass

import numpy as np

from mnist_tui.analysis.answers import Answers, Places, surest_first
from mnist_tui.analysis.differences import Verdict, judge
from mnist_tui.analysis.margin import MARGIN
from mnist_tui.analysis.statistics import Estimate, discordant_difference


@dataclass(frozen=True)
class TwoNetworks:
    """The second network beside the first.

    Attributes:
        fixed: Images that the second gets right and the first wrong, those first of which the first was the
            surest.
        broken: The other way round, those first of which the second was the surest.
        both_wrong: How many images both get wrong.
        estimate: Second minus first, test accuracy as a share: McNemar's exact test, Newcombe's interval.
        verdict: What may be said of these two networks; of the methods, one run each says nothing.
    """

    fixed: Places
    broken: Places
    both_wrong: int
    estimate: Estimate
    verdict: Verdict


def two_networks(first: Answers, second: Answers, margin: float = MARGIN) -> TwoNetworks:
    """Compare two networks image by image.

    Args:
        first: What the second is compared with.
        second: Of the same images.
        margin: δ, see `analysis.differences.MARGIN`.

    Raises:
        ValueError: They were asked of other images.
    """
    if not np.array_equal(first.labels, second.labels):
        raise ValueError("the two networks were tested on other images")
    fixed = surest_first(np.flatnonzero(~first.right & second.right), first.confidence)
    broken = surest_first(np.flatnonzero(first.right & ~second.right), second.confidence)
    both = int((first.right & second.right).sum())
    neither = len(first) - both - len(fixed) - len(broken)
    estimate = discordant_difference(both, len(fixed), len(broken), neither)
    [judgement] = judge([estimate], margin)
    return TwoNetworks(fixed, broken, neither, estimate, judgement.verdict)
