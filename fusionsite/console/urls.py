"""Addresses of our own pages inside the console, one list per room; names live in `admin:`."""

from django.urls import URLPattern

PAGES: list[URLPattern] = []
