"""Who may fuse, how often, at whose cost."""
