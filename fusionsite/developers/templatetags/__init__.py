"""Template tags of the developers' pages."""
