"""The panels of the dashboard: each holds state and leaves the drawing to a renderable."""
