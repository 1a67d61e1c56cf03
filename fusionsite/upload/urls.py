"""Addresses of the visitor pages."""

from django.urls import path
from django.views.decorators.gzip import gzip_page

from fusionsite.funnel.models import Step
from fusionsite.results.pacing import paced
from fusionsite.results.sameorigin import own_pages_only
from fusionsite.upload import (
    gallery,
    guarding,
    kiosk,
    language,
    made_here,
    making,
    mine,
    previewing,
    telling,
    views,
)

app_name = "upload"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("language/", own_pages_only(language.speak), name="language"),
    path("c/<slug:slug>/", gzip_page(views.LandingView.as_view()), name="landing"),
    path("c/<slug:slug>/templates/", gzip_page(views.TemplatesView.as_view()), name="templates"),
    path("c/<slug:slug>/consent/", views.TermsView.as_view(), name="terms"),
    path("c/<slug:slug>/look-<str:digest>.css", views.LookView.as_view(), name="look"),
    path("c/<slug:slug>/logo", views.LogoView.as_view(), name="logo"),
    path("c/<slug:slug>/gallery/", gallery.GalleryView.as_view(), name="gallery"),
    path(
        "c/<slug:slug>/gallery/<str:token>.webp",
        gallery.GalleryPictureView.as_view(),
        name="gallery_picture",
    ),
    path(
        "c/<slug:slug>/gallery/<str:token>/report/",
        own_pages_only(paced("report")(gallery.GalleryReportView.as_view())),
        name="gallery_report",
    ),
    path("c/<slug:slug>/example.webp", views.ExampleView.as_view(), name="example"),
    path("c/<slug:slug>/t/<str:model_id>.jpg", views.PictureView.as_view(), name="picture"),
    path(
        "c/<slug:slug>/step/",
        own_pages_only(paced("step")(telling.StepView.as_view())),
        name="step",
    ),
    path(
        "c/<slug:slug>/make/",
        gzip_page(making.MakeView.as_view(counted=Step.CHOSE)),
        name="make",
    ),
    path(
        "c/<slug:slug>/proof/",
        own_pages_only(paced("proof")(guarding.ProofView.as_view())),
        name="proof",
    ),
    path(
        "c/<slug:slug>/preview/<str:token>/",
        paced("preview", methods=frozenset({"GET"}))(previewing.PreviewView.as_view()),
        name="preview",
    ),
    path(
        "c/<slug:slug>/jobs/",
        own_pages_only(guarding.GuardedJobsView.as_view()),
        name="jobs",
    ),
    path("c/<slug:slug>/jobs/<uuid:public_id>/", making.JobView.as_view(), name="job"),
    path(
        "c/<slug:slug>/jobs/<uuid:public_id>/cancel/",
        own_pages_only(making.CancelView.as_view()),
        name="cancel",
    ),
    path("c/<slug:slug>/kiosk/over/", own_pages_only(kiosk.OverView.as_view()), name="kiosk_over"),
    path(
        "made-here/",
        own_pages_only(paced("made-here")(made_here.MadeHereView.as_view())),
        name="made_here",
    ),
    path("find/", own_pages_only(paced("claim")(mine.FindView.as_view())), name="find"),
    path("p/<str:token>/data/", mine.DataView.as_view(), name="data"),
    path("p/<str:token>/withdraw/", own_pages_only(mine.WithdrawView.as_view()), name="withdraw"),
    path(
        "p/<str:token>/details/",
        own_pages_only(paced("contact")(mine.DetailsView.as_view())),
        name="details",
    ),
]
