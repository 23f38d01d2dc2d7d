"""How long tests wait for what ought to come."""

PATIENCE = 120.0
"""Seconds until something counts as hung; so many, because on a busy machine everything takes its time."""
