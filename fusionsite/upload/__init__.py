"""The public pages: landing, template, photo, consent, progress."""
