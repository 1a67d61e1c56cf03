"""Partners' calls, one line each, for thirty days: sizes and outcomes, never a picture."""
