"""The picture that is kept: storing, links, reports, erasure."""
