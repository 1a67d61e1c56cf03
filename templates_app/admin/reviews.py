"""The review queue and the appeals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act
from campaigns.admin.base import ActPage, column
from templates_app import review
from templates_app.admin.forms import AppealForm, CommentForm, DecideAppealForm, RejectForm
from templates_app.admin.pages import MaterialPages
from templates_app.models import Appeal, Outcome, Review

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from campaigns.models import Person

Values = dict[str, Any]


def _is_open(row: Review) -> bool:
    return not row.outcome


def _claim(row: Review, by: Person, _values: Values) -> None:
    review.claim(review=row, by=by)


def _undo(row: Review, by: Person, _values: Values) -> None:
    review.undo(review=row, by=by)


def _appeal(row: Review, by: Person, values: Values) -> None:
    review.appeal(review=row, by=by, **values)


ACT_PAGES = (
    ActPage("claim", _("Claim"), Act.MATERIAL_REVIEW, _claim, shown=_is_open),
    ActPage(
        "release",
        _("Let go"),
        Act.MATERIAL_REVIEW,
        lambda row, by, _values: review.release(review=row, by=by),
        shown=_is_open,
    ),
    ActPage(
        "approve",
        _("Approve"),
        Act.MATERIAL_REVIEW,
        lambda row, by, values: review.approve(review=row, by=by, **values),
        CommentForm,
        shown=_is_open,
    ),
    ActPage(
        "reject",
        _("Reject"),
        Act.MATERIAL_REVIEW,
        lambda row, by, values: review.reject(review=row, by=by, **values),
        RejectForm,
        shown=_is_open,
    ),
    ActPage(
        "recall",
        _("Take back"),
        Act.MATERIAL_SUBMIT,
        lambda row, by, _values: review.recall(review=row, by=by),
        shown=_is_open,
    ),
    ActPage(
        "undo",
        _("Undo the decision"),
        Act.MATERIAL_REVIEW,
        _undo,
        shown=lambda row: not _is_open(row),
    ),
    ActPage(
        "appeal",
        _("Appeal"),
        Act.MATERIAL_APPEAL,
        _appeal,
        AppealForm,
        shown=lambda row: row.outcome == Outcome.REJECTED,
    ),
)


@admin.register(Review)
class ReviewAdmin(MaterialPages):
    """Submissions, the oldest first; every decision is an act with a confirmation."""

    list_display = ["version", "link", "submitted_by", "submitted_at", "claimed_by", "outcome"]
    list_filter = ["outcome", "version__material__campaign"]
    list_select_related = ["version__material", "submitted_by", "claimed_by"]
    ordering = ["submitted_at", "pk"]
    actions = ["approve_selected"]  # type: ignore[assignment]  # its base has none
    act_pages = ACT_PAGES
    fields = readonly_fields = [
        "version",
        "link",
        "note",
        "submitted_by",
        "submitted_at",
        "claimed_by",
        "claim_until",
        "outcome",
        "decided_by",
        "decided_at",
        "shown_reasons",
        "comment",
        "undone_at",
    ]

    @column(_("Material"))
    def link(self, row: Review) -> SafeString:
        material = row.version.material
        address = reverse("admin:templates_app_material_change", args=[material.pk])
        return format_html('<a href="{}">{}</a>', address, material.title())

    @column(_("Reasons"))
    def shown_reasons(self, row: Review) -> str:
        return " · ".join(row.reason_sentences())

    @admin.action(description=_("Approve"))
    def approve_selected(
        self, request: HttpRequest, queryset: QuerySet[Review]
    ) -> HttpResponse | None:
        return self._many(
            request, queryset, _("Approve"), lambda row, by: review.approve(review=row, by=by)
        )


@admin.register(Appeal)
class AppealAdmin(MaterialPages):
    """Appeals, the most urgent first."""

    list_display = ["review", "appealed_by", "due_at", "won", "decided_by"]
    list_filter = ["won"]
    list_select_related = ["review__version__material", "appealed_by", "decided_by"]
    fields = readonly_fields = [
        "review",
        "text",
        "appealed_by",
        "appealed_at",
        "due_at",
        "won",
        "decided_by",
        "decided_at",
        "comment",
    ]
    act_pages = (
        ActPage(
            "decide",
            _("Decide"),
            Act.APPEAL_DECIDE,
            lambda row, by, values: review.decide_appeal(appeal=row, by=by, **values),
            DecideAppealForm,
            shown=lambda row: row.won is None,
        ),
    )
