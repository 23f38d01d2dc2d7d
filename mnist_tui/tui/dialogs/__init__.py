"""Questions that the screens ask."""
