"""What the core needs from the world, one protocol per module."""
