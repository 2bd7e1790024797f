"""Presenters: what each page shows, and what its buttons do. QtCore only, no widgets."""
