"""What both gateways share, and the gateways: the guarded exchange and the reading of answers."""
