"""What a comparison ends in: which sentence is said when.

The table `RULES` is all there is to it: from top to bottom, each kind of sentence is said for every row that
meets its condition, until there are `MOST_SENTENCES`. So the first one is the most important. What stands in
the gaps comes from `analysis.facts`; what that rests on, from `analysis.evidence` and `analysis.differences`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from mnist_tui.analysis import course_facts, design_facts, facts
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.evidence import Evidence
from mnist_tui.analysis.phrases import Facts, listed

MOST_SENTENCES = 6


@dataclass(frozen=True)
class Rule:
    """One kind of sentence.

    Attributes:
        when: When it is said.
        says: What is said, with gaps.
        facts: What stands in the gaps, once for each sentence.
    """

    when: str
    says: str
    facts: Callable[[Evidence], Iterable[Facts]]


@dataclass(frozen=True)
class Clause:
    """A part of a sentence about one row.

    Attributes:
        when: When it is said.
        says: What is said, with gaps.
        facts: What stands in the gaps, for a difference; `None` where it is not said.
    """

    when: str
    says: str
    facts: Callable[[Evidence, int], Facts | None]


SHOWN = (
    Clause(
        "epochs to converge differ (Holm's p < 0.05, or one run each), and neither row was still improving",
        "converged {epochs} {when}{basis}",
        course_facts.converged_otherwise,
    ),
    Clause(
        "times of an epoch compare and differ (Holm's p < 0.05, or one run each)",
        "each epoch took {percent} {longer}{how_sure}{company}",
        course_facts.epoch_took_otherwise,
    ),
    Clause(
        "times of the training compare and differ likewise, and not all runs had as many epochs",
        "it was done in {ratio} of the {time}{ratios}",
        course_facts.whole_took_otherwise,
    ),
    Clause(
        "the switch is one of batch normalisation, augmentation, optimizer, the log has the stages, and no "
        "run waited for cores that something else had",
        "{share} % of a step went into {stage}{before}",
        course_facts.stage_took,
    ),
)
"""What is said of how a row trained, in this order."""

NOT_SHOWN = (
    Clause(
        "epochs to converge are not told apart, and neither row was still improving",
        "in epochs to converge ({difference}, {basis})",
        course_facts.converged_alike,
    ),
    Clause(
        "times of an epoch compare and are not told apart",
        "in the {time} of an epoch ({difference}, {percents}){company}",
        course_facts.epoch_took_alike,
    ),
    Clause(
        "times of the training compare and are not told apart, and not all runs had as many epochs",
        "in the {time} of the whole training ({difference}, {percents})",
        course_facts.whole_took_alike,
    ),
)
"""What is said after all that, and after “no difference is shown”."""


def _clauses(evidence: Evidence, number: int) -> Iterator[str]:
    yield from _said(SHOWN, evidence, number)
    if alike := list(_said(NOT_SHOWN, evidence, number)):
        yield f"no difference is shown {listed(alike)}"


def _said(clauses: Iterable[Clause], evidence: Evidence, number: int) -> Iterator[str]:
    for clause in clauses:
        if (found := clause.facts(evidence, number)) is not None:
            yield clause.says.format_map(found)


RULES = (
    Rule(
        "more than three rows beside the baseline",
        "Of {count} rows beside {baseline}: {verdicts}{correction}.",
        design_facts.verdicts,
    ),
    Rule(
        "more than three rows beside the baseline, some of them better or worse",
        "Told from {baseline}: {rows}.",
        design_facts.told_of_many,
    ),
    Rule(
        "all combinations of two or three switches",
        "{effect}: {difference} points, the mean over {others} pairs of rows ({basis}){verdict}.",
        design_facts.main_effects,
    ),
    Rule(
        "all combinations of more switches",
        "Effects over {rows} combinations, in points ({basis}): {effects}.",
        design_facts.many_effects,
    ),
    Rule(
        "all combinations, and two switches together do more or less than alone (p < 0.05 after Holm's "
        "correction over all pairs, interval not within ±δ): the largest such effect",
        "Together, {first} and {second} do {points} points {more} than the sum of each alone "
        "({basis}){among}.",
        design_facts.interaction,
    ),
    Rule(
        "all combinations, and no two switches are shown to do so",
        "No switches are shown to do more or less together than the sum of each alone: {pair}{among} is "
        "{difference} points ({basis}).",
        design_facts.no_interaction,
    ),
    Rule(
        "up to three rows: p < 0.05 after Holm's correction, and the interval not within ±δ",
        "{subject}: {difference} points ({basis}): {verdict}.",
        facts.told,
    ),
    Rule(
        "up to three rows: every seed made the same network in both, as no row uses what differs",
        "{subject}: the same network {times}: same, as neither uses {settings}.",
        facts.unused,
    ),
    Rule(
        "up to three rows: every seed made the same network in both, by accuracies, losses and weight norm",
        "{subject}: the same network {times}: same.",
        facts.identical,
    ),
    Rule(
        "up to three rows: the whole interval within ±δ, with 0 in it",
        "{subject}: {difference} points ({basis}): same, as the whole interval lies within ±{margin}.",
        facts.same,
    ),
    Rule(
        "up to three rows: the whole interval within ±δ, without 0",
        "{subject}: {difference} points ({basis}): same within ±{margin}, though not equal.",
        facts.same_though_not_equal,
    ),
    Rule(
        "up to three rows: p < 0.05 by itself, not after Holm's correction",
        "{subject}: {difference} points ({basis}): unclear as one of {tests} comparisons (p {p}, after Holm "
        "{adjusted}){outlook}.",
        facts.unclear_among_several,
    ),
    Rule(
        "up to three rows: none of these, and more seeds would be expected to tell",
        "{subject}: {difference} points ({basis}): unclear, about {needed} seeds would tell.",
        facts.unclear,
    ),
    Rule(
        "up to three rows: none of these, and not even 1,000 seeds would be expected to tell",
        "{subject}: {difference} points ({basis}): unclear, and {most} seeds would hardly tell.",
        facts.unclear_for_long,
    ),
    Rule(
        "up to three rows: seeds diverged on the side that the verdict of the others would favour",
        "{subject}: {difference} points ({basis}) where no seed diverged, which flatters it: unclear.",
        facts.withheld,
    ),
    Rule(
        "up to three rows: one run each, and McNemar's p of 0.05 or more",
        "{subject}: {difference} points ({basis}): unclear.",
        facts.unclear_networks,
    ),
    Rule(
        "a sweep of three values or more, the highest mean at an end of them, and values beyond are possible",
        "Highest of {rows} rows: {row} with {accuracy}, {lead} points above the next, {second}{basis}, at "
        "the edge of the sweep ({edges}), beyond which nothing was tried; {validation}.",
        design_facts.at_the_edge,
    ),
    Rule(
        "more than three rows beside the baseline, or all combinations, and no edge",
        "Highest of {rows} rows: {row} with {accuracy}, {lead} points above the next, {second}{basis}; being "
        "picked flatters it, and {validation}.",
        design_facts.best,
    ),
    Rule(
        "rows on other data, cut short or without predictions",
        "{rows} {is} not compared with {baseline} ({reason}).",
        facts.not_compared,
    ),
    Rule(
        "verdicts that rest on one run each",
        "With one run each, the verdict on {rows} is about these {networks} networks, not about the methods: "
        "another seed may turn it.",
        facts.single_networks,
    ),
    Rule(
        "runs that diverged",
        "Diverged: {rows}; no mean has them in it, which flatters what is left.",
        facts.diverged,
    ),
    Rule(
        "runs that failed for another reason",
        "Failed: {rows}; no mean has them in it.",
        facts.failed,
    ),
    Rule(
        "half of a row's runs or more have the lowest validation loss in the last planned epoch, without a "
        "schedule that fades out",
        "Lowest validation loss in the last of at most {epochs}: {rows}; more epochs may move these figures.",
        facts.still_improving,
    ),
    Rule(
        "up to three rows: a gap of a point or more, at most half of it left, told from none (Holm's p < "
        "0.05), and both rows with the same dropout and augmentation",
        "{subject}: narrowed the gap between training and validation accuracy from {before} to {after} "
        "points ({basis}).",
        course_facts.gap_closed,
    ),
    Rule(
        "up to three rows with other networks: how training went (see `SHOWN` and `NOT_SHOWN`)",
        "{subject}: {clauses}.",
        partial(course_facts.course, clauses=_clauses),
    ),
    Rule(
        "one row alone",
        "{row}: {accuracy} of {images} test images right; no other row here has a result to compare it with.",
        facts.alone,
    ),
)
"""Which sentence is said when, the most important first."""


def findings(conclusions: Conclusions) -> list[str]:
    """What may be said of a comparison, in a few sentences that carry their figures.

    Args:
        conclusions: What was compared.

    Returns:
        At most `MOST_SENTENCES`, the most important first; none where nothing has a result.
    """
    if not conclusions.comparison.rows:
        return []
    evidence = Evidence(conclusions)
    sentences: list[str] = []
    for rule in RULES:
        sentences += [rule.says.format_map(found) for found in rule.facts(evidence)]
        if len(sentences) >= MOST_SENTENCES:
            break
    return sentences[:MOST_SENTENCES]
