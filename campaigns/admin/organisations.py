"""Organisations, people and their roles."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from campaigns import billing
from campaigns.access import Act, anywhere
from campaigns.admin.base import AccessAdmin, ActPage
from campaigns.models import Membership, Organisation, Person


@admin.register(Organisation)
class OrganisationAdmin(AccessAdmin):
    list_display = ["name", "slug", "default_language", "created_at"]
    search_fields = ["name", "slug"]
    add_act = change_act = Act.ORGANISATION_MANAGE
    fields = ["name", "slug", "default_language", "consent_kept_days", "public_id", "created_at"]
    readonly_fields = ["public_id", "created_at"]
    act_pages = [
        ActPage(
            "make-account",
            _("New account"),
            Act.ACCOUNT_TERMS,
            lambda organisation, by, _values: _none(billing.make_account(organisation, by=by)),
        ),
    ]


class MembershipInline(TabularInline):  # type: ignore[misc]  # untyped
    model = Membership
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return anywhere(request.user, Act.PEOPLE_MANAGE)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Person)
class PersonAdmin(AccessAdmin, UserAdmin):  # type: ignore[misc,type-arg]  # not generic at run time
    """People sign in here; only administrators see the list."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    see_act = add_act = change_act = Act.PEOPLE_MANAGE
    list_display = ["username", "first_name", "last_name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    fieldsets = [
        (None, {"fields": ["username", "password", "language"]}),
        (_("Name"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_staff"]}),
    ]
    filter_horizontal = []
    inlines = [MembershipInline]


def _none(_made: object) -> None:
    return None
