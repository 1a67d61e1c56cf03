"""Quotas and the raises people ask for."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from campaigns import quota
from campaigns.access import Act
from campaigns.admin.base import ActPage, PlainForm, ReadOnlyAdmin, Values
from campaigns.models import Person, Quota, QuotaRaise


class NoteForm(PlainForm):
    note = forms.CharField(label=_("Note"), max_length=500)


def _grant(asked: QuotaRaise, by: Person, values: Values) -> None:
    quota.grant(asked, by=by, **values)


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin):
    see_act = Act.QUOTA_SET
    list_display = ["layer", "campaign", "credential", "account", "calls", "per_s", "changed_by"]
    list_filter = ["layer"]
    list_select_related = ["campaign", "credential", "account__organisation", "changed_by"]


@admin.register(QuotaRaise)
class QuotaRaiseAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "layer", "calls", "state", "asked_by", "asked_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["campaign", "asked_by", "decided_by"]
    act_pages = [
        ActPage(
            "grant",
            _("Grant"),
            Act.QUOTA_GRANT,
            _grant,
            NoteForm,
            shown=lambda asked: asked.state == QuotaRaise.State.ASKED,
        ),
        ActPage(
            "refuse",
            _("Refuse"),
            Act.QUOTA_GRANT,
            lambda asked, by, values: quota.refuse(asked, by=by, **values),
            NoteForm,
            shown=lambda asked: asked.state == QuotaRaise.State.ASKED,
        ),
    ]
