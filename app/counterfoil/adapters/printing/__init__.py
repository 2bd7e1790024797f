"""Printing: a slip is drawn as PDF, and sent to a folder, a file or a print queue.

Nothing heavy is imported before the first slip is drawn, and that happens in a thread.
"""
