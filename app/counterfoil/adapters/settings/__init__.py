"""Reads the settings file once and hands on plain values."""
