"""Reads the settings file once and returns plain values."""
