"""Paper: one drawing of a slip as PDF, and the places it can go.

Nothing heavy is imported before the first slip is drawn, and that happens in a thread.
"""
