"""Every setting of a run: its default, range, meaning, presets and sweeps."""
