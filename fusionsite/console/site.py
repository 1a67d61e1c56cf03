"""The one admin site."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern
from unfold.sites import UnfoldAdminSite

from fusionsite.console.navigation import whose
from fusionsite.console.urls import PAGES


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]  # Unfold ships no types
    """Unfold's admin site under our name, with our own pages before its own."""

    def extra_urls(self) -> list[URLPattern]:
        """Our pages, each behind the site's sign-in."""
        return [
            URLPattern(page.pattern, self._guarded(page.callback), page.default_args, page.name)
            for page in PAGES
        ]

    def _guarded(self, view: Any) -> Any:
        """Behind the sign-in; kept by no browser unless the view says that it may be."""
        cacheable = getattr(getattr(view, "view_class", None), "cacheable", False)
        return self.admin_view(view, cacheable=cacheable)

    def extra_context(self, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
        """What every page of the frame shows besides."""
        return {**context, **whose(request)}
