"""The addresses of the API, without a slash at their end."""

from django.urls import URLPattern, path, register_converter

from fusionsite.api import pages
from fusionsite.api.account import views as account
from fusionsite.api.manage import campaigns, materials
from fusionsite.api.pictures import results, views


class Number:
    """The number of a campaign; no other text."""

    regex = "[1-9][0-9]{0,15}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Name:
    """An id of ours: letters, digits, `_` and `-`."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "number")
register_converter(Name, "name")

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("v1/openapi.json", pages.OpenApi.as_view(), name="openapi"),
    path("docs/", pages.Docs.as_view(), name="docs"),
    path("docs/errors/", pages.Errors.as_view(), name="errors"),
    path("v1/fusions", views.Fusions.as_view(), name="fusions"),
    path("v1/fusions/<uuid:fusion>", views.OneFusion.as_view(), name="fusion"),
    path("v1/fusions/<uuid:fusion>/picture", views.FusionPicture.as_view(), name="fusion-picture"),
    path("v1/parses", views.Parses.as_view(), name="parses"),
    path("v1/parses/<uuid:parse>", views.OneParse.as_view(), name="parse"),
    path("v1/faces", views.Measurings.as_view(), name="measurings"),
    path("v1/faces/<uuid:measuring>", views.OneMeasuring.as_view(), name="measuring"),
    path("v1/results", results.Results.as_view(), name="results"),
    path("v1/results/<name:result>", results.OneResult.as_view(), name="result"),
    path("v1/materials", materials.Materials.as_view(), name="materials"),
    path("v1/materials/<name:material>", materials.OneMaterial.as_view(), name="material"),
    path(
        "v1/materials/<name:material>/picture",
        materials.MaterialPicture.as_view(),
        name="material-picture",
    ),
    path(
        "v1/materials/<name:material>/rights",
        materials.MaterialRights.as_view(),
        name="material-rights",
    ),
    *(
        path(
            f"v1/materials/<name:material>/{act}",
            view.as_view(),
            name=f"material-{act}",
        )
        for act, view in materials.ACTS.items()
    ),
    path("v1/campaigns", campaigns.Campaigns.as_view(), name="campaigns"),
    path("v1/campaigns/<number:campaign>", campaigns.OneCampaign.as_view(), name="campaign"),
    path(
        "v1/campaigns/<number:campaign>/texts/<name:language>",
        campaigns.Texts.as_view(),
        name="campaign-text",
    ),
    path(
        "v1/campaigns/<number:campaign>/consent-texts/<name:language>",
        campaigns.ConsentTexts.as_view(),
        name="campaign-consent-text",
    ),
    *(
        path(
            f"v1/campaigns/<number:campaign>/{act}",
            view.as_view(),
            name=f"campaign-{act}",
        )
        for act, view in campaigns.ACTS.items()
    ),
    path("v1/usage", account.Usage.as_view(), name="usage"),
    path("v1/key", account.Key.as_view(), name="key"),
]
