"""What is done with pictures: fusing, measuring, parsing, and what was made."""
