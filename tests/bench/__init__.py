"""End-to-end measurements; `make bench` runs them after the engine's own."""
