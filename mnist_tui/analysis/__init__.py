"""Pure functions over finished runs: comparison, statistics, report."""
