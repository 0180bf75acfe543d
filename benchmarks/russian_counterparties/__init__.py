"""Record linkage of Russian counterparties: labelled rows, a scorer and contestants run side by side."""
