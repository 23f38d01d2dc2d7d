"""Make `tests/analysis/mistakes_reference.json`: what scikit-learn and SciPy say of a few sets of answers.

    python -m venv throw-away && throw-away/bin/pip install scikit-learn
    throw-away/bin/python scripts/make_mistakes_reference.py

scikit-learn is no dependency of the project, and `scipy.stats`, which the program never loads, is asked for
Wilson's intervals. scikit-learn knows no expected calibration error: it follows from its `calibration_curve`
(of "is right" over "how sure"), which leaves out empty bins: Σ (images of the bin / all) · |prob_true -
prob_pred|, with the images of a bin counted by the same edges, `np.linspace(0, 1, 11)`.
"""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np

TARGET = Path(__file__).parent.parent / "tests" / "analysis" / "mistakes_reference.json"
CLASSES, BINS = 10, 10


def answers(images: int, accuracy: float, seed: int, classes: int = CLASSES) -> dict[str, Any]:
    """What images show, what they were taken for, and how sure the network was, in multiples of 1/1024.

    Some of these fall on an edge between two bins; as binary fractions they are the same in float32.
    """
    chance = random.Random(seed)
    labels = [chance.randrange(classes) for _ in range(images)]
    said = [label if chance.random() < accuracy else chance.randrange(classes) for label in labels]
    sure = [chance.choice((512, 1024, 820, 103 + round(921 * chance.random() ** 0.2))) for _ in labels]
    return {"labels": labels, "said": said, "confidence": [one / 1024 for one in sure]}


CASES = {
    "many images": answers(400, 0.8, 1),
    "a good network": answers(300, 0.97, 2),
    "worse than chance": answers(120, 0.0, 3),
    "classes without images": answers(60, 0.7, 4, classes=4),
    "always right": answers(30, 1.0, 5),
    "one image": answers(1, 1.0, 6),
}


def reference(case: dict[str, Any]) -> dict[str, Any]:
    """The same numbers by scikit-learn and SciPy."""
    from scipy.stats import binomtest
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

    labels, said = np.array(case["labels"]), np.array(case["said"])
    right, confidence = labels == said, np.array(case["confidence"])
    every = range(CLASSES)
    prob_true, prob_pred = calibration_curve(right, confidence, n_bins=BINS, strategy="uniform")
    edges = np.linspace(0, 1, BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=BINS)
    counts = counts[counts > 0]
    intervals = [
        binomtest(int(right[labels == label].sum()), int((labels == label).sum())).proportion_ci(
            method="wilson"
        )
        if (labels == label).any()
        else None
        for label in every
    ]
    return {
        "counts": confusion_matrix(labels, said, labels=every).tolist(),
        "rates": confusion_matrix(labels, said, labels=every, normalize="true").tolist(),
        "accuracy": float(accuracy_score(labels, said)),
        "by_class": recall_score(labels, said, labels=every, average=None, zero_division=0).tolist(),
        "intervals": [one and [float(one.low), float(one.high)] for one in intervals],
        "bin_images": counts.tolist(),
        "bin_accuracy": prob_true.tolist(),
        "bin_confidence": prob_pred.tolist(),
        "calibration_error": float(np.sum(counts / len(labels) * np.abs(prob_true - prob_pred))),
    }


def main() -> None:
    """Ask the libraries, and write down what they say."""
    made = {name: {**case, **reference(case)} for name, case in CASES.items()}
    lines = (f'"{name}": {json.dumps(case)}' for name, case in made.items())
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TARGET}: {len(made)} cases, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
