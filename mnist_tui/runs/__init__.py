"""Runs as directories and processes: the event log, the store that reads it, the launcher."""
