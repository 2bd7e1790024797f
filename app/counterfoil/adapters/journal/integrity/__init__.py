"""Whether the journal is as this till left it: rollback anchors, faults, the check in slices."""
