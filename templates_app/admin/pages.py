"""What the pages of materials share: acts that take files, acts on many rows, private files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as translated

from campaigns.access import allowed
from campaigns.admin.base import AccessAdmin
from campaigns.refusals import Refusal
from templates_app.review import each

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.db.models import Model, QuerySet
    from django.db.models.fields.files import FieldFile
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern
    from django.utils.functional import Promise

    from campaigns.access import Act
    from campaigns.models import Person


@dataclass(frozen=True)
class FilePage:
    """An act on one object whose form takes files; run(obj, by, values) does it."""

    name: str
    label: Promise
    act: Act
    form: type[forms.Form]
    run: Callable[[Any, Person, dict[str, Any]], object]


def private_file(file: FieldFile, media_type: str, *, name: str = "") -> HttpResponseBase:
    """A stored file for the signed-in person alone; a download if it has a name."""
    try:
        stored = file.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    response = FileResponse(
        stored, content_type=media_type, as_attachment=bool(name), filename=name or "picture.jpg"
    )
    response["Cache-Control"] = "private, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class MaterialPages(AccessAdmin):
    """`AccessAdmin` with pages that take files, and acts on many rows with a confirmation."""

    file_pages: tuple[FilePage, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_file"
        return [
            path("<path:object_id>/file/<slug:page_name>/", view, name=name),
            *super().get_urls(),
        ]

    def _links(self, request: HttpRequest, object_id: str | None) -> list[dict[str, Any]]:
        links = super()._links(request, object_id)
        obj = self.get_object(request, object_id) if object_id else None
        if obj is None:
            return links
        person = cast("Person", request.user)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_file"
        return links + [
            {"label": page.label, "url": reverse(name, args=[obj.pk, page.name])}
            for page in self.file_pages
            if allowed(person, page.act, obj)
        ]

    def file_view(self, request: HttpRequest, object_id: str, page_name: str) -> HttpResponse:
        """GET shows the form, POST does the act; the function called checks rights and state."""
        obj = self.get_object(request, object_id)
        page = next((page for page in self.file_pages if page.name == page_name), None)
        if obj is None or page is None:
            raise Http404
        if not allowed(cast("Person", request.user), page.act, obj):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = page.form(*posted)
        if form.is_valid() and self._ran(request, page, obj, form):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[obj.pk]))
        return self._upload_page(request, form, page.label, obj)

    def _ran(self, request: HttpRequest, page: FilePage, obj: Model, form: forms.Form) -> bool:
        try:
            page.run(obj, cast("Person", request.user), form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        except ValidationError as problem:
            form.add_error(None, problem)
            return False
        messages.success(request, translated("Done: %(act)s.") % {"act": page.label})
        return True

    def _upload_page(
        self, request: HttpRequest, form: forms.Form, title: object, obj: Model | None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": obj,
            "form": form,
        }
        return TemplateResponse(request, "templates_app/upload.html", context)

    def _many(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        label: object,
        act: Callable[[Any, Person], object],
    ) -> HttpResponse | None:
        """Ask first; then do the act with each row, and say which were refused and why."""
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": label,
                "opts": self.opts,
                "rows": rows,
                "action": request.POST["action"],
            }
            return TemplateResponse(request, "templates_app/confirm_many.html", context)
        person = cast("Person", request.user)
        outcome = each(rows, lambda row: act(row, person))
        for row, refusal in outcome.refused:
            messages.error(request, f"{row}: {refusal}")
        if outcome.done:
            done = translated("Done: %(number)s.") % {"number": len(outcome.done)}
            messages.success(request, done)
        return None
