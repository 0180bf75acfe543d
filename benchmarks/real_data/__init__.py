"""Two public lists of the same firms with the INN hidden, and the persons of FEBRL."""
