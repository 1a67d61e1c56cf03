"""Addresses of the results."""

from django.urls import path

from fusionsite.results import views

app_name = "results"
urlpatterns = [
    path("r/<str:token>", views.PictureView.as_view(), name="picture"),
    path("p/<str:token>/", views.PageView.as_view(), name="page"),
    path("p/<str:token>/delete/", views.DeleteView.as_view(), name="delete"),
    path("p/<str:token>/report/", views.ReportView.as_view(), name="report"),
]
