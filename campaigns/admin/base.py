"""What all pages share: rows by `access.visible_to`, rights by the table, acts as POST forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, TypeVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from campaigns import audit
from campaigns.access import Act, acts_anywhere, allowed, require, visible_to
from campaigns.models import Person
from campaigns.refusals import NotAllowed, NothingHere, Refusal

Values: TypeAlias = dict[str, Any]
_Method = TypeVar("_Method", bound=Callable[..., Any])


def column(
    description: Any, *, label: Mapping[Any, str] | None = None
) -> Callable[[_Method], _Method]:
    """Unfold's `display` with a type: a computed column, coloured by `label`."""
    return cast("Callable[[_Method], _Method]", display(description=description, label=label))


class PlainForm(forms.Form):
    """The form of an act, dressed like the rest of the console."""

    _DRESS: ClassVar[dict[type[forms.Field], type[forms.Widget]]] = {
        forms.IntegerField: UnfoldAdminIntegerFieldWidget,
        forms.ChoiceField: UnfoldAdminSelectWidget,
        forms.DateField: UnfoldAdminSingleDateWidget,
        forms.BooleanField: UnfoldBooleanWidget,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            attrs = field.widget.attrs
            if isinstance(field.widget, forms.Textarea):
                field.widget = UnfoldAdminTextareaWidget(attrs=attrs)
            elif type(field) is forms.CharField:
                field.widget = UnfoldAdminTextInputWidget(attrs=attrs)
            elif widget := self._DRESS.get(type(field)):
                choices = getattr(field, "choices", None)
                field.widget = widget(attrs=attrs)
                if choices is not None:
                    field.widget.choices = choices


class WhyForm(PlainForm):
    why = forms.CharField(label=_("Reason"), max_length=500)


@dataclass(frozen=True)
class ActPage:
    """One act on one object: a form, then a POST.

    run(obj, by, values) does it; a text it returns is shown once, on a page that is not kept.
    """

    name: str
    label: Any
    act: Act
    run: Callable[[Any, Person, Values], str | None]
    form: type[forms.Form] = PlainForm
    shown: Callable[[Any], bool] = lambda _obj: True


def _acts_anywhere(request: HttpRequest) -> frozenset[Act]:
    """`acts_anywhere`, asked once per request: every page asks it about every model."""
    known: frozenset[Act] | None = getattr(request, "acts_anywhere", None)
    if known is None:
        known = acts_anywhere(cast(Person, request.user))
        setattr(request, "acts_anywhere", known)  # noqa: B010 - HttpRequest declares no such field
    return known


class AccessAdmin(ModelAdmin):  # type: ignore[misc]  # untyped
    """Rows and rights from `access`; whoever may not see a row gets 404, as everywhere."""

    see_act: ClassVar[Act] = Act.SEE
    add_act: ClassVar[Act | None] = None
    change_act: ClassVar[Act | None] = None
    act_pages: ClassVar[Sequence[ActPage]] = ()
    change_form_outer_before_template = "campaigns/acts.html"
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows: QuerySet[Model] = super().get_queryset(request)
        return visible_to(cast(Person, request.user), rows, self.see_act)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.see_act in _acts_anywhere(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.see_act, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.add_act, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.change_act, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _may(self, request: HttpRequest, act: Act | None, obj: Model | None) -> bool:
        person = cast(Person, request.user)
        if act is None:
            return False
        return act in _acts_anywhere(request) if obj is None else allowed(person, act, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices are those of the person's own organisations."""
        rows = db_field.remote_field.model._default_manager.all()
        if getattr(rows.model, "organisation_path", None):
            act = self.change_act or self.add_act or self.see_act
            kwargs.setdefault("queryset", visible_to(cast(Person, request.user), rows, act))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Checks the act again, at the organisation it belongs to now; and writes it down."""
        act = self.change_act if change else self.add_act
        if act is None:
            raise PermissionDenied
        person = cast(Person, request.user)
        try:
            require(person, act, obj)
        except (NotAllowed, NothingHere) as refusal:
            raise PermissionDenied from refusal
        super().save_model(request, obj, form, change)
        after = {name: str(form.cleaned_data.get(name)) for name in form.changed_data}
        before = {name: str(form.initial.get(name)) for name in form.changed_data if change}
        audit.record(act, obj, by=person, before=before, after=after)

    def _get_obj_does_not_exist_redirect(self, *_: object) -> HttpResponse:
        """A row that is not there, or not for this person, is not there; Django would go on."""
        raise Http404

    # --- Acts ---

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        view = self.admin_site.admin_view(self.act_view)
        return [
            path("<path:object_id>/act/<slug:act_name>/", view, name=name),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"act_links": self._links(request, object_id), **(extra_context or {})}
        response: HttpResponse = super().changeform_view(request, object_id, form_url, context)
        return response

    def _links(self, request: HttpRequest, object_id: str | None) -> list[dict[str, Any]]:
        obj = self.get_object(request, object_id) if object_id else None
        if obj is None:
            return []
        person = cast(Person, request.user)
        return [
            {"label": page.label, "url": self._act_url(obj, page)}
            for page in self.act_pages
            if page.shown(obj) and allowed(person, page.act, obj)
        ]

    def _act_url(self, obj: Model, page: ActPage) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
        return reverse(name, args=[obj.pk, page.name])

    def act_view(self, request: HttpRequest, object_id: str, act_name: str) -> HttpResponse:
        """GET shows the form, POST does the act; the function called checks rights and state."""
        obj = self.get_object(request, object_id)
        page = next((page for page in self.act_pages if page.name == act_name), None)
        if obj is None or page is None:
            raise Http404
        if not allowed(cast(Person, request.user), page.act, obj):
            raise PermissionDenied
        form = page.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            answer = self._run(request, page, obj, form)
            if answer is not None:
                return answer
        context = {"form": form, "page": page}
        return self._page(request, "campaigns/act.html", obj, page, context)

    def _run(
        self, request: HttpRequest, page: ActPage, obj: Model, form: forms.Form
    ) -> HttpResponse | None:
        """Where to go next; None to show the form again with what is wrong."""
        try:
            shown_once = page.run(obj, cast(Person, request.user), form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message()))
            return None
        except ValidationError as problem:
            form.add_error(None, problem.messages)
            return None
        if shown_once is not None:
            context = {"shown_once": shown_once}
            return self._page(request, "campaigns/shown_once.html", obj, page, context)
        messages.success(request, _("Done: %(act)s.") % {"act": page.label})
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[obj.pk]))

    def _page(
        self, request: HttpRequest, template: str, obj: Model, page: ActPage, context: Values
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "title": page.label,
                "opts": self.opts,
                "original": obj,
                **context,
            },
        )


class ReadOnlyAdmin(AccessAdmin):
    """Rows that the functions write and nobody edits."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        hidden = self.exclude or ()
        own = [field.name for field in self.opts.fields if field.name not in hidden]
        return [*own, *self.readonly_fields]
