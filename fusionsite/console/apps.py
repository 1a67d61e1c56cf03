"""App settings of the console and its admin; importing `checks` registers the site's checks."""

from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _

from fusionsite import checks

__all__ = ["ConsoleAdminConfig", "ConsoleConfig", "checks"]


class ConsoleConfig(AppConfig):
    """Templates and static files of the console."""

    name = "fusionsite.console"
    label = "console"
    verbose_name = _("Console")
    default = True


class ConsoleAdminConfig(SimpleAdminConfig):
    """Django's admin with `ConsoleSite` as its one site."""

    default_site = "fusionsite.console.site.ConsoleSite"
    default = False

    def ready(self) -> None:
        """Registers the checks, then every app's `admin` module."""
        super().ready()
        admin.autodiscover()
        # What people may do comes from their memberships, not from groups.
        admin.site.unregister(apps.get_model("auth.Group"))
