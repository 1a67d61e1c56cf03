"""What the site made: sums by hour, kept so that a million results answer at once."""
