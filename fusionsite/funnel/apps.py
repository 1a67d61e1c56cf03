"""App settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FunnelConfig(AppConfig):
    """The funnel app."""

    name = "fusionsite.funnel"
    label = "funnel"
    verbose_name = _("Visitor counts")
