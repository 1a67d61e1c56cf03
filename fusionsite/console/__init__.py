"""The console: Django's admin, restyled, for operators, reviewers and finance people."""
