"""Addresses of the results."""

from django.urls import path

from fusionsite.results import views
from fusionsite.results.pacing import paced
from fusionsite.results.sameorigin import own_pages_only

app_name = "results"
urlpatterns = [
    path("r/<str:token>", views.PictureView.as_view(), name="picture"),
    path("p/<str:token>/", views.PageView.as_view(), name="page"),
    path("p/<str:token>/delete/", own_pages_only(views.DeleteView.as_view()), name="delete"),
    path(
        "p/<str:token>/report/",
        own_pages_only(paced("report")(views.ReportView.as_view())),
        name="report",
    ),
]
