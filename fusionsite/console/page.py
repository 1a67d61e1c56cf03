"""What every page of ours inside the console shares: its frame, its right, its title."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

from campaigns.access import Act, anywhere
from campaigns.models import Person


class ConsolePage(TemplateView):
    """A page in Unfold's frame, for people who may do `act` somewhere.

    A page about one row also asks `access` about that row; this is the door, not the check.
    Signing in is asked for by the site, which wraps every page in `admin_view`.
    """

    act: ClassVar[Act] = Act.SEE
    title: ClassVar[Any] = ""
    # Names and addresses of the pages above this one, outermost first; shown before the title.
    trail: Sequence[tuple[Any, str]] = ()

    @property
    def person(self) -> Person:
        """Who looks."""
        return cast(Person, self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not anywhere(cast(Person, request.user), self.act):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        frame = admin.site.each_context(self.request)
        return super().get_context_data(
            **{**frame, "title": self.title, "trail": self.trail, **more}
        )
