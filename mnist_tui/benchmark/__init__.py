"""Training speed on this machine, beside what the machine allows and what PyTorch makes of it."""
