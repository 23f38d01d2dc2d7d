"""The figures in sentences about many rows: verdicts counted, the best, sweeps, ablations; see `facts`."""

from collections import Counter
from collections.abc import Iterator

from mnist_tui.analysis.ablation import Ablation, Effect
from mnist_tui.analysis.best import Best
from mnist_tui.analysis.comparison import summary
from mnist_tui.analysis.differences import Verdict
from mnist_tui.analysis.evidence import Evidence
from mnist_tui.analysis.facts import MOST_NAMED, margin_of, named
from mnist_tui.analysis.formatting import format_value, percent
from mnist_tui.analysis.phrases import Facts, interval, listed, points
from mnist_tui.analysis.wording import name
from mnist_tui.settings.run_config import setting


def verdicts(evidence: Evidence) -> Iterator[Facts]:
    """How many rows have each verdict, where there are too many to be told one by one."""
    counts = Counter(one.verdict for one in evidence.differences)
    if named(evidence) or evidence.ablation or not counts.keys() - {None}:
        return
    told = [f"{counts[Verdict.BETTER] or 'none'} better", f"{counts[Verdict.WORSE] or 'none'} worse"]
    words = {
        Verdict.SAME: f"same within ±{margin_of(evidence)} points",
        Verdict.UNCLEAR: "unclear",
        None: "not compared",
    }
    told += [f"{counts[verdict]} {text}" for verdict, text in words.items() if counts[verdict]]
    tests = sum(one.adjusted_p is not None for one in evidence.differences)
    yield {
        "count": str(len(evidence.differences)),
        "baseline": name(evidence.conclusions.baseline_row),
        "verdicts": ", ".join(told),
        "correction": f" (Holm's correction over {tests} comparisons)" if tests > 1 else "",
    }


def told_of_many(evidence: Evidence) -> Iterator[Facts]:
    """Which of many rows are better or worse, the largest difference first."""
    told = [
        (one.accuracy, f"{name(one.row)} {points(one.accuracy.value)} points ({interval(one.accuracy)})")
        for one in evidence.differences
        if one.accuracy and one.verdict in {Verdict.BETTER, Verdict.WORSE}
    ]
    if told and not named(evidence) and not evidence.ablation:
        told.sort(key=lambda one: -abs(one[0].value))
        yield {
            "baseline": name(evidence.conclusions.baseline_row),
            "rows": listed([text for _, text in told], most=MOST_NAMED),
        }


def best(evidence: Evidence) -> Iterator[Facts]:
    """The best of many rows, unless it lies at the edge of a sweep."""
    if (found := evidence.best) and not named(evidence) and not evidence.edges:
        yield _best(found)


def at_the_edge(evidence: Evidence) -> Iterator[Facts]:
    """The best row of a sweep, where values beyond it were not tried."""
    if (found := evidence.best) and evidence.edges:
        words = [
            f"{setting(one).label} {format_value(value)}, the {edge} tried"
            for one, value, edge in evidence.edges
        ]
        yield {**_best(found), "edges": " and ".join(words)}


def _best(found: Best) -> Facts:
    is_validated = found.by_validation is found.row
    other = f"{name(found.by_validation)}, {percent(summary(found.by_validation, 'test_accuracy'))}"
    basis = interval(found.lead)
    return {
        "rows": str(found.rows),
        "row": name(found.row),
        "accuracy": percent(summary(found.row, "test_accuracy")),
        "lead": f"{100 * found.lead.value:.2f}",
        "basis": f" ({basis})" if basis else "",
        "second": name(found.second),
        "validation": "validation accuracy picks it too"
        if is_validated
        else f"validation accuracy picks another ({other})",
    }


# Ablations


def main_effects(evidence: Evidence) -> Iterator[Facts]:
    """What each switch does, where there are few."""
    found = evidence.ablation
    if found and len(found.factors) <= MOST_NAMED:
        for effect in found.effects:
            yield _effect(found, effect)


def many_effects(evidence: Evidence) -> Iterator[Facts]:
    """What each of many switches does, the largest effect first."""
    found = evidence.ablation
    if found and len(found.factors) > MOST_NAMED:
        words = [(effect, _verdict(found, effect)) for effect in found.effects]
        told = [
            f"{effect.label} {points(effect.estimate.value)}{f' ({verdict})' if verdict else ''}"
            for effect, verdict in sorted(words, key=lambda one: -abs(one[0].estimate.value))
        ]
        yield {
            "rows": str(len(found.rows)),
            "effects": ", ".join(told),
            "basis": _basis(found, found.effects[0], with_interval=False),
        }


def interaction(evidence: Evidence) -> Iterator[Facts]:
    """Two switches that are shown to do more or less together than alone: the largest such effect."""
    found = evidence.ablation
    shown = [one for one in (found.interactions if found else ()) if _is_shown(one)]
    if found and shown:
        largest = max(shown, key=lambda one: abs(one.estimate.value))
        first, second = largest.factors
        pairs = len(found.interactions)
        yield {
            **_effect(found, largest),
            "first": first.words,
            "second": second.words,
            "points": f"{100 * abs(largest.estimate.value):.2f}",
            "more": "more" if largest.estimate.value > 0 else "less",
            "among": f"; the effects of {len(shown)} of {pairs} pairs are shown not to add up"
            if pairs > 1
            else "",
        }


def no_interaction(evidence: Evidence) -> Iterator[Facts]:
    """The largest interaction where none is shown."""
    found = evidence.ablation
    if found and not any(map(_is_shown, found.interactions)):
        largest = max(found.interactions, key=lambda one: abs(one.estimate.value))
        pairs = len(found.interactions)
        yield {
            **_effect(found, largest),
            "among": f", the largest effect of {pairs} pairs," if pairs > 1 else "",
        }


def _is_shown(effect: Effect) -> bool:
    return effect.verdict in {Verdict.BETTER, Verdict.WORSE}


def _effect(found: Ablation, effect: Effect) -> Facts:
    return {
        "effect": effect.label[0].upper() + effect.label[1:],
        "pair": effect.label,
        "difference": points(effect.estimate.value),
        "basis": _basis(found, effect),
        "verdict": f": {verdict}" if (verdict := _verdict(found, effect)) else "",
        "others": str(len(found.rows) // 2),
    }


def _basis(found: Ablation, effect: Effect, *, with_interval: bool = True) -> str:
    seeds = len(found.seeds)
    if seeds == 1:
        return "one seed, which does not tell how far it would move"
    its = interval(effect.estimate) if with_interval else ""
    return f"{its}, {seeds} seeds" if its else f"{seeds} seeds"


def _verdict(found: Ablation, effect: Effect) -> str:
    """In words; empty where there is none."""
    if effect.verdict is Verdict.SAME:
        return f"same within ±{100 * found.margin:g}"
    if effect.verdict and found.is_flattered:
        return f"{effect.verdict}, as seeds diverged"
    return effect.verdict or ""
