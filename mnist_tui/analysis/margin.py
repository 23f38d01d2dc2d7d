"""How far apart accuracies count as the same; known before anything is compared."""

MARGIN = 0.002
"""δ: a difference of accuracies that counts as none, unless another is set; 0.2 points."""
