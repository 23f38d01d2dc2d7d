"""Where the digits come from: IDX files, full MNIST, the embedded sample, mini-batches."""
