"""Training without a terminal and without processes: data and a network in, events out."""
