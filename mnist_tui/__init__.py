"""A terminal laboratory for what batch normalisation, L2, dropout or an optimizer does to a network."""

__version__ = "0.1.0"
