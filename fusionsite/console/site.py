"""The one admin site."""

from unfold.sites import UnfoldAdminSite


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]  # Unfold ships no types
    """Unfold's admin site under our name; pages are registered by each app's `admin` module."""
