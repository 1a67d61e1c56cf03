"""The campaign's plain page with its gate; materials and reviews have pages of their own."""

from templates_app.admin import campaigns

__all__ = ["campaigns"]
