"""How to read differences: what they are about, and why something is not compared. The same everywhere."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from mnist_tui.analysis.comparison import data_of
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.differences import Verdict
from mnist_tui.analysis.measures import MEASURES
from mnist_tui.analysis.phrases import separated
from mnist_tui.analysis.statistics import CONFIDENCE, SIGNIFICANCE, Method


def difference_notes(conclusions: Conclusions) -> list[str]:
    """What a table of differences leaves unsaid; empty where there are no differences."""
    if not conclusions.differences:
        return []
    return [sentence for note in NOTES for sentence in note(conclusions)]


def baseline_note(conclusions: Conclusions) -> str:
    """Which row is the baseline, and what counts as no difference."""
    margin = f"±{100 * conclusions.margin:g} points"
    return f"Baseline: {conclusions.baseline_row.label}. Accuracies within δ = {margin} count as the same."


def _verdicts(conclusions: Conclusions) -> Iterator[str]:
    judged = [one for one in conclusions.differences if one.verdict]
    if not judged:
        return
    count = len(judged)
    rows = {1: "the one comparison", 2: "both comparisons together"}.get(count, f"all {count} together")
    yield (
        f"Δ: the row minus the baseline, with its {100 * CONFIDENCE:.0f} % interval, which is that of this "
        "difference by itself: the intervals are not simultaneous. The verdict is about the test accuracy, "
        f"in {rows} (Holm): better or worse where the corrected p is below {SIGNIFICANCE:g}; same where the "
        f"whole interval lies within ±δ, {100 * conclusions.margin:g} points; unclear else, which does not "
        "mean that there is no difference."
    )


def _methods(conclusions: Conclusions) -> Iterator[str]:
    methods = {one.accuracy.method for one in conclusions.differences if one.accuracy}
    if Method.MCNEMAR in methods:
        images = data_of(conclusions.baseline_row).test_images
        yield (
            f"One run each is compared on the same {images:,} test images ({Method.MCNEMAR}). That is about "
            "these two networks, not about the methods: another seed makes other networks, which may turn "
            "out the other way round. Fixed: digits that the row gets right and the baseline wrong; broken: "
            "the other way round. Times and epochs of one run have no interval: it does not tell how far "
            "they move."
        )
    if Method.PAIRED in methods:
        yield (
            f"Rows with the same seeds are compared seed by seed ({Method.PAIRED}): that is about the "
            "methods, on these test images."
        )
    if Method.WELCH in methods:
        yield (
            f"Rows whose seeds make no pairs are compared by their means ({Method.WELCH}): that is about the "
            "methods, on these test images."
        )


def _seeds(conclusions: Conclusions) -> Iterator[str]:
    unclear = [one for one in conclusions.differences if one.verdict is Verdict.UNCLEAR]
    if any(one.seeds_needed for one in unclear):
        yield (
            "Seeds that would tell: how many, in all, would be expected to settle it if the difference and "
            "its spread stay as measured; a guess from few seeds is a rough one."
        )
    if apart := [one.row.label for one in unclear if one.is_about_methods and not one.seeds_needed]:
        yield f"How many seeds would tell cannot be said here: {separated(apart)}."


def _left_out(conclusions: Conclusions) -> Iterator[str]:
    for one in conclusions.differences:
        if one.compared is None or one.accuracy is None:
            continue
        for row, runs in ((one.row, one.compared.mine), (one.baseline, one.compared.theirs)):
            if len(runs) < len(row.results):
                yield (
                    f"{one.row.label} beside {one.baseline.label}: of the {len(row.results)} seeds of "
                    f"{row.label}, {len(runs)} {'is' if len(runs) == 1 else 'are'} compared, so Δ is not the "
                    "difference of the means of all."
                )


def _missing(conclusions: Conclusions) -> Iterator[str]:
    sides = [(one.row, one.missing) for one in conclusions.differences]
    if conclusions.differences:
        sides.append((conclusions.baseline_row, conclusions.differences[0].missing_from_baseline))
    for row, runs in sides:
        if runs:
            how = Counter("diverged" if run.has_diverged else str(run.status) for run in runs)
            yield (
                f"{row.label} is judged without {len(runs)} of its {len(runs) + len(row.results)} seeds "
                f"({', '.join(f'{count} {word}' for word, count in how.items())})."
            )
    if withheld := [one.row.label for one in conclusions.differences if one.is_withheld]:
        yield (
            f"Unclear because seeds diverged: {separated(withheld)}. Without them, the side that lost them "
            "looks better than it is."
        )


def _like_times(conclusions: Conclusions) -> Iterator[str]:
    if told := [
        f"{one.row.label} ({len(one.timed.mine)} and {len(one.timed.theirs)} runs)"
        for one in conclusions.differences
        if one.timed and one.compared and len(one.timed.runs) < len(one.compared.runs)
    ]:
        yield (
            "Times are those of the runs that had the same machine, versions, threads and company: "
            f"{separated(told)}."
        )


def _cpu_time(conclusions: Conclusions) -> Iterator[str]:
    told = [one.row.label for one in conclusions.differences if one.cpu_time]
    if told:
        which = "in all of them" if 1 < len(told) == len(conclusions.differences) else separated(told)
        yield (f"CPU: processor time over all threads, because training times do not compare there: {which}.")


def _not_compared(conclusions: Conclusions) -> Iterator[str]:
    for difference in conclusions.differences:
        by_reason: dict[str, list[str]] = defaultdict(list)
        for key, reason in difference.reasons.items():
            by_reason[reason].append(MEASURES[key].words)
        for reason, words in by_reason.items():
            what = "" if len(words) == len(MEASURES) else f" in {' and '.join(words)}"
            yield f"{difference.row.label} is not compared with {difference.baseline.label}{what}: {reason}."


NOTES: tuple[Callable[[Conclusions], Iterator[str]], ...] = (
    _verdicts,
    _methods,
    _seeds,
    _left_out,
    _missing,
    _like_times,
    _cpu_time,
    _not_compared,
)
"""What there may be to say, in this order."""
