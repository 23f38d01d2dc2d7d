"""The table of runs without a screen: what stands in its lines, which columns fit, in which order."""
