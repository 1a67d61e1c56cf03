"""App settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadConfig(AppConfig):
    """The upload app."""

    name = "fusionsite.upload"
    label = "upload"
    verbose_name = _("Upload pages")
