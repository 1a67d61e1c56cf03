"""Plain console pages for everything in this package; the rules are in the functions they call."""

from campaigns.admin import accounts, campaigns, limits, organisations, partners, trail

__all__ = ["accounts", "campaigns", "limits", "organisations", "partners", "trail"]
