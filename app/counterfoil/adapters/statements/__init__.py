"""Providers' statements, as files of values with separators."""
