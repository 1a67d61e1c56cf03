"""App settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestLogConfig(AppConfig):
    """The requestlog app."""

    name = "fusionsite.requestlog"
    label = "requestlog"
    verbose_name = _("Request log")
