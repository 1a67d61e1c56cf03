"""Whole sites, started as an operator starts them, for measuring and for breaking."""
