"""Breaks running sites in every way that must be survived, and counts what is left."""
