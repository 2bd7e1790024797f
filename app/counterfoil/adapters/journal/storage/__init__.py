"""How the journal lies in its file: schema, rows, events and their chain."""
