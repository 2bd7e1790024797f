"""The world: each adapter knows ports and domain, and no sibling."""
