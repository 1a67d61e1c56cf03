"""Demo data: a campaign that works at once, with pictures painted by our own code."""
