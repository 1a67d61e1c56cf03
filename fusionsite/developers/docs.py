"""The pages to read: where to begin, and one page for every way in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from fusionsite.developers import inside
from fusionsite.developers.guides import GUIDES, guides
from fusionsite.developers.page import DeveloperPage
from fusionsite.painted import NO_FACE, PICTURES, VISITORS

# Files that the programs to copy expect, by the name they are saved as.
SAMPLES = {"me.jpg": VISITORS[0], "template.jpg": "old_master.jpg", "noface.jpg": NO_FACE}


class IndexPage(DeveloperPage):
    """Where a new partner begins."""

    template_name = "developers/index.html"
    tab = "index"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "guides": guides(),
                "has_keys": self.usable_keys().exists(),
                "requests_url": reverse("admin:requests"),
                **more,
            }
        )


class GuidesPage(DeveloperPage):
    """All ways in, side by side."""

    template_name = "developers/guides.html"
    tab = "guides"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**{"guides": guides(), **more})


class GuidePage(DeveloperPage):
    """One way in: address, signing, fields, errors."""

    template_name = "developers/guide.html"
    tab = "guides"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        slug: str = self.kwargs["slug"]
        if slug not in GUIDES:
            raise Http404
        guide = GUIDES[slug]()
        frame = super().get_context_data(**{"guide": guide, "host": inside.host(), **more})
        trail = ((_("Protocols"), reverse("developers:guides")),)
        return frame | {"title": guide.name, "trail": trail}


class SamplePicture(View):
    """A painted stand-in to call with; nobody real is in it."""

    def get(self, _request: HttpRequest, name: str) -> HttpResponse:
        """The file."""
        if name not in SAMPLES:
            raise Http404
        content = (PICTURES / SAMPLES[name]).read_bytes()
        disposition = {"Content-Disposition": f'inline; filename="{name}"'}
        return HttpResponse(content, content_type="image/jpeg", headers=disposition)
