"""A receipt printer without paper, for tests and for training.

It understands ESC/POS as Epson's public command reference describes it, and was written from that
alone: a misreading by whoever sends to it shows here as an error or as wrong paper.
"""
