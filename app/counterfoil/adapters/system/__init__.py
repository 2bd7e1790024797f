"""The machine the till runs on: its clock, chance, logs, keys and folders."""
