"""App settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TemplatesAppConfig(AppConfig):
    """The materials app."""

    name = "templates_app"
    label = "templates_app"
    verbose_name = _("Materials")
