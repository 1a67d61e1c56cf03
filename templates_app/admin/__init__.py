"""Plain console pages for materials, reviews and the publish gate; the rules are elsewhere."""

from templates_app.admin import campaigns, materials, reviews

__all__ = ["campaigns", "materials", "reviews"]
