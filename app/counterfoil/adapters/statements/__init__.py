"""Providers' statements in CSV files."""
