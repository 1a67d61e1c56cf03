"""What a person is told: the list, what they have read, and which kinds they do not want."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import notices
from campaigns.models import Notice, Person
from fusionsite.console.page import ConsolePage

PER_PAGE = 50


class MuteForm(forms.Form):
    """The kinds a person does not want to see."""

    kinds = forms.MultipleChoiceField(
        label=_("Do not tell me about"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"kinds": person.muted_notices})
        kinds: Any = self.fields["kinds"]
        kinds.choices = [(slug, kind.label or slug) for slug, kind in notices.KINDS.items()]


@dataclass(frozen=True)
class Told:
    """One notice in the reader's language."""

    notice: Notice
    sentence: str
    new: bool


class NoticesPage(ConsolePage):
    """Newest first; POST marks read or mutes."""

    template_name = "console/office/notices.html"
    title = _("Notices")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        before = self.request.GET.get("before", "")
        told = notices.for_person(self.person).select_related("organisation", "campaign")
        if before.isdecimal() and len(before) < 19:
            told = told.filter(pk__lt=int(before))
        page = list(told.order_by("-pk")[: PER_PAGE + 1])
        new = notices.unread(self.person).filter(pk__in=[one.pk for one in page])
        unread = set(new.values_list("pk", flat=True))
        return super().get_context_data(
            **{
                "told": [
                    Told(one, notices.sentence(one), one.pk in unread) for one in page[:PER_PAGE]
                ],
                "older": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
                "form": MuteForm(person=self.person),
                "by_mail": bool(settings.FUSION_EMAIL_URL and self.person.email),
                "mail_server": bool(settings.FUSION_EMAIL_URL),
                **more,
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Marks everything read, or keeps the kinds that were chosen; only ever one's own."""
        if "read" in request.POST:
            notices.mark_all_read(self.person)
            return HttpResponseRedirect(reverse("admin:notices"))
        form = MuteForm(request.POST, person=self.person)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        notices.mute(self.person, form.cleaned_data["kinds"])
        messages.success(request, _("Kept."))
        return HttpResponseRedirect(reverse("admin:notices"))
