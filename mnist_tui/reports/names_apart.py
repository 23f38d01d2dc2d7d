"""Room for names beside the ends of lines that lie close together."""

from collections.abc import Sequence


def names_apart(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """Places for names that shall not touch each other, near where they are wanted.

    Args:
        wanted: Where each would stand if it were alone, from the bottom.
        gap: The least distance between two.
        height: Where the room for them ends; it starts at 0, and they go beyond it where they are too many.
    """
    order = sorted(range(len(wanted)), key=lambda number: (wanted[number], -number))
    clusters: list[list[int]] = []

    def centre(cluster: list[int]) -> float:
        half = gap * (len(cluster) - 1) / 2
        middle = sum(wanted[number] for number in cluster) / len(cluster)
        return max(half, min(height - half, middle))

    def touches(below: list[int], above: list[int]) -> bool:
        return centre(above) - centre(below) < gap * (len(below) + len(above)) / 2

    for number in order:
        clusters.append([number])
        while len(clusters) > 1 and touches(clusters[-2], clusters[-1]):
            above = clusters.pop()
            clusters[-1] += above
    places = [0.0] * len(wanted)
    for cluster in clusters:
        bottom = centre(cluster) - gap * (len(cluster) - 1) / 2
        for place, number in enumerate(cluster):
            places[number] = bottom + gap * place
    return places
