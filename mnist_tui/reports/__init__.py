"""Results as text: Markdown for people, CSV and JSON for programs."""
