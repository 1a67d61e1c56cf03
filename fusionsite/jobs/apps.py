"""App settings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """The jobs app."""

    name = "fusionsite.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
