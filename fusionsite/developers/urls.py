"""Addresses of the developers' pages, each behind the console's sign-in."""

from collections.abc import Callable

from django.contrib import admin
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from fusionsite.developers.checker import CheckerPage
from fusionsite.developers.docs import GuidePage, GuidesPage, IndexPage, SamplePicture
from fusionsite.developers.explorer import ExplorerPage
from fusionsite.developers.hooks import WebhooksPage
from fusionsite.developers.simulator import SimulatorPage
from fusionsite.developers.start import StartPage

app_name = "developers"


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    signed_in: Callable[..., HttpResponseBase] = admin.site.admin_view(view)
    return path(route, signed_in, name=name)


urlpatterns = [
    _page("", IndexPage.as_view(), "index"),
    _page("start/", StartPage.as_view(), "start"),
    _page("protocols/", GuidesPage.as_view(), "guides"),
    _page("protocols/<slug:slug>/", GuidePage.as_view(), "guide"),
    _page("explorer/", ExplorerPage.as_view(), "explorer"),
    _page("signature/", CheckerPage.as_view(), "checker"),
    _page("errors/", SimulatorPage.as_view(), "simulator"),
    _page("webhooks/", WebhooksPage.as_view(), "webhooks"),
    _page("samples/<str:name>", SamplePicture.as_view(), "sample"),
]
