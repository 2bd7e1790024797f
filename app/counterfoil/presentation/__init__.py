"""Presenters and item models: QtCore only, no widgets."""
