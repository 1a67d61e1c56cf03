"""One act on one thing as a page of its own: what it does, a form, one filled button.

A deed needs no script, has an address that can be sent to a colleague, and keeps what was typed
when it is refused.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, acts_on, require
from campaigns.models import Person
from campaigns.refusals import NotAllowed, NothingHere, Refusal
from fusionsite.console.page import ConsolePage

Values: TypeAlias = dict[str, Any]


class DeedForm(forms.Form):
    """A form that knows what it is about and who fills it in."""

    def __init__(
        self, *args: Any, subject: Any = None, person: Person | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.person = person
        self.prepare()

    def prepare(self) -> None:
        """Fills choices and beginnings from the subject."""


class WhyForm(DeedForm):
    """A reason, because somebody will ask."""

    why = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class NameForm(WhyForm):
    """Confirmed by writing the thing's name; for what cannot be brought back."""

    named = forms.CharField(label=_("Type the name to confirm"), max_length=200)
    field_order = ["named", "why"]

    def prepare(self) -> None:
        self.fields["named"].help_text = str(self.subject.name)

    def clean_named(self) -> str:
        named: str = self.cleaned_data["named"]
        if named.strip() != self.subject.name:
            raise ValidationError(_("This is not its name. Type: %s") % self.subject.name)
        return named

    def clean(self) -> Values:
        cleaned: Values = super().clean() or {}
        cleaned.pop("named", None)
        return cleaned


class YuanField(forms.DecimalField):
    """Yuan with two decimals for people; the cleaned value is whole fen, as the rules count."""

    def __init__(self, **kwargs: Any) -> None:
        limits = {"max_digits": 12, "decimal_places": 2, "max_value": Decimal("99999999.99")}
        super().__init__(**{**limits, **kwargs})

    def clean(self, value: Any) -> int | None:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        calendar = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": calendar, "input_formats": ["%Y-%m-%d"], **kwargs})


@dataclass(frozen=True)
class Once:
    """What is shown this once: (label, text to copy), and where to go next (label, address)."""

    title: Any
    shown: Sequence[tuple[Any, str]]
    links: Sequence[tuple[Any, str]] = ()
    says: Any = ""


@dataclass(frozen=True)
class Deed:
    """One act. run(subject, by, values) does it, by the rules' own function.

    shown: whether it makes sense now; the rules decide again. says: the line of consequence.
    """

    name: str
    label: Any
    act: Act
    run: Callable[[Any, Person, Values], Once | None]
    says: Any = ""
    form: type[DeedForm] = DeedForm
    shown: Callable[[Any], bool] = field(default=lambda _subject: True)
    grave: bool = False
    done: Any = ""


@dataclass(frozen=True)
class DeedLink:
    """A button that leads to a deed."""

    deed: Deed
    url: str


def open_to(
    person: Person, subject: Model, deeds: Sequence[Deed], url: Callable[[str], str]
) -> dict[str, DeedLink]:
    """The deeds this person may do to the subject now, by name."""
    may = acts_on(person, subject)
    return {
        deed.name: DeedLink(deed, url(deed.name))
        for deed in deeds
        if deed.act in may and deed.shown(subject)
    }


class DeedPage(ConsolePage, ABC):
    """The page of one deed. Subclasses say on what, which, and where to go afterwards."""

    template_name = "console/deed.html"
    deeds: ClassVar[Sequence[Deed]] = ()
    subject: Any
    deed: Deed

    @abstractmethod
    def find(self) -> Any:
        """The thing, or a name for the whole site; Http404 for what the person may not see."""

    @abstractmethod
    def back(self) -> str:
        """The page the deed is done from."""

    def above(self) -> Sequence[tuple[Any, str]]:
        """The pages above, for the line before the title."""
        return [(self.subject, self.back())]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        named = next((deed for deed in self.deeds if deed.name == kwargs["deed"]), None)
        if named is None:
            raise Http404
        self.deed = named

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a link that is out of date leads back with a sentence."""
        self._enter()
        if not self.deed.shown(self.subject):
            messages.warning(request, _("This is not possible any more: its state has moved on."))
            return HttpResponseRedirect(self.back())
        return self._form(self._bound())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Does it, or says why not and keeps what was typed."""
        self._enter()
        form = self._bound(request.POST)
        if not form.is_valid():
            return self._form(form)
        try:
            once = self.deed.run(self.subject, self.person, dict(form.cleaned_data))
        except Refusal as refusal:
            return self._refused(form, str(refusal.message()))
        except ValidationError as problem:
            return self._refused(form, " ".join(problem.messages))
        if once is not None:
            return self._once(once)
        done = self.deed.done or _("Done: %(act)s.") % {"act": self.deed.label}
        messages.success(request, done)
        return HttpResponseRedirect(self.back())

    def _enter(self) -> None:
        self.subject = self.find()
        row = self.subject if isinstance(self.subject, Model) else None
        enter(self.person, self.deed.act, row)

    def _bound(self, posted: Any = None) -> DeedForm:
        return self.deed.form(posted, subject=self.subject, person=self.person)

    def _refused(self, form: DeedForm, why: str) -> HttpResponse:
        if form.fields:
            form.add_error(None, why)
            return self._form(form)
        messages.error(self.request, why)
        return HttpResponseRedirect(self.back())

    def _form(self, form: DeedForm) -> HttpResponse:
        context = self.get_context_data(form=form, deed=self.deed, title=self.deed.label)
        here = {"subject": self.subject, "back": self.back(), "trail": self.above()}
        return self.render_to_response({**context, **here})

    def _once(self, once: Once) -> HttpResponse:
        context = self.get_context_data(once=once, title=once.title, back=self.back())
        response = self.response_class(self.request, "console/once.html", context)
        response["Cache-Control"] = "no-store"
        return response


def enter(person: Person, act: Act, subject: Model | None) -> None:
    """404 for what the person may not see, 403 with the sentence for what they may not do."""
    try:
        require(person, act, subject)
    except NothingHere as refusal:
        raise Http404(str(refusal.message())) from refusal
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message())) from refusal
