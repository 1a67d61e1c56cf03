"""The key itself, and what was used with it."""
