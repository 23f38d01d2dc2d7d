"""Runs as processes: starting, steering, queueing and burying them."""
