"""The audit trail and the notices."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from campaigns import notices
from campaigns.access import Act
from campaigns.admin.base import ActPage, ReadOnlyAdmin, column
from campaigns.models import AuditLine, Notice


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin):
    see_act = Act.AUDIT_SEE
    list_display = ["at", "act", "object_type", "object_name", "by", "why", "request_id"]
    list_filter = ["act", "object_type"]
    search_fields = ["object_id", "object_name", "request_id", "by__username"]
    list_select_related = ["by"]
    date_hierarchy = "at"


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "organisation", "sentence", "loud"]
    list_filter = ["kind", "loud"]
    list_select_related = ["organisation"]
    exclude = ["once"]
    act_pages = [
        ActPage(
            "read",
            _("I have read it"),
            Act.SEE,
            lambda notice, by, _values: notices.mark_read(notice, by),
        ),
    ]

    @column(_("Notice"))
    def sentence(self, notice: Notice) -> str:
        return notices.sentence(notice)
