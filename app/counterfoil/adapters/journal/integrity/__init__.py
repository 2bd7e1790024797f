"""Whether the journal is as this till left it: anchors, faults, and the check in slices."""
