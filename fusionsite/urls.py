"""Every address of the site, one line per way in."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", admin.site.urls),
]
