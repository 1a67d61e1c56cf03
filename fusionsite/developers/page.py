"""What the developers' pages share: their tabs, and whose keys and campaigns they are about."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from campaigns.access import Act, anywhere, visible_to
from campaigns.models import Account, Credential
from fusionsite.console.page import ConsolePage

# Name of the address, what the tab says, and who may open it.
TABS = (
    ("index", _("First steps"), Act.SEE),
    ("guides", _("Protocols"), Act.SEE),
    ("explorer", _("Explorer"), Act.CREDENTIAL_MANAGE),
    ("checker", _("Signature checker"), Act.CREDENTIAL_MANAGE),
    ("simulator", _("Errors on purpose"), Act.CREDENTIAL_MANAGE),
    ("webhooks", _("Webhooks"), Act.SEE),
)


class DeveloperPage(ConsolePage):
    """A page with the tabs of this room; `tab` is the one that is lit."""

    title: ClassVar[Any] = _("Developers")
    tab: ClassVar[str] = ""

    def accounts(self) -> QuerySet[Account]:
        """The accounts whose keys this person manages."""
        accounts = Account.objects.select_related("organisation").order_by("appid")
        return visible_to(self.person, accounts, Act.CREDENTIAL_MANAGE)

    def usable_keys(self) -> QuerySet[Credential]:
        """The keys that this person may call with, newest first."""
        keys = Credential.objects.select_related("account__organisation")
        return visible_to(self.person, keys, Act.CREDENTIAL_MANAGE).filter(disabled_at=None)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        tabs = [
            {"title": title, "url": reverse(f"developers:{name}"), "lit": name == self.tab}
            for name, title, act in TABS
            if anywhere(self.person, act)
        ]
        return super().get_context_data(**{"tabs": tabs, **more})


@method_decorator(sensitive_post_parameters(), name="dispatch")
class Tool(DeveloperPage):
    """A page that handles secrets: in no report of an error; the console's pages are not cached."""

    act = Act.CREDENTIAL_MANAGE
