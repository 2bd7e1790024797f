"""The journal: one SQLite file, its integrity checks, and its backups."""
