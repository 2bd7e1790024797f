"""The machine the till runs on: its clock, random numbers, logs, keys and phone number tables."""
