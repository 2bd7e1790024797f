"""Sealed copies of the journal in files."""
