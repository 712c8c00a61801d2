"""A real Tryton on this machine, for tests and demo: a separate program, spoken to over HTTP alone."""
