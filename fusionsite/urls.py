"""Every address of the site, one line per way in."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from fusionsite.health import healthz
from fusionsite.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("api/", include("fusionsite.api.urls")),
    path("", include("fusionsite.results.urls")),
    path("", include("fusionsite.upload.urls")),
    path("console/developers/", include("fusionsite.developers.urls")),
    path("console/", admin.site.urls),
]
