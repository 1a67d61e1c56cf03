"""Addresses of our own pages inside the console, one list per room; names live in `admin:`."""

from django.urls import URLPattern, path

from fusionsite.console.language import LanguagePage

PAGES: list[URLPattern] = [
    path("language/", LanguagePage.as_view(), name="language"),
]
