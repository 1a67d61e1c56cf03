"""What people decide about reported and shown pictures: hidden at once, taken down, or left.

Everything here is written into the audit trail, and nothing of the picture is.
"""

from django.db import transaction
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Person
from campaigns.refusals import ReasonMissing, WrongState
from fusionsite.results import storing
from fusionsite.results.models import Report, Result


def hide(report: Report, by: Person) -> None:
    """Nobody sees the picture any more until the report is decided; WrongState if so already."""
    require(by, Act.TAKEDOWN_DECIDE, report)
    with transaction.atomic():
        _still_open(report)
        hidden = Result.objects.filter(pk=report.result_id, hidden_at=None)
        if hidden.update(hidden_at=timezone.now()):
            audit.record("takedown.hide", report, by=by)
    report.result.refresh_from_db()


def decide(report: Report, by: Person, *, upheld: bool, why: str) -> bool:
    """Upheld: the picture is taken down everywhere; else it is shown again.

    Every open report about a picture that is taken down is decided with it. False when the file
    could not be removed yet; its link has ended all the same. Raises ReasonMissing, WrongState.
    """
    require(by, Act.TAKEDOWN_DECIDE, report)
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic():
        _close(report, by, upheld=upheld, why=why)
        others = report.result.reports.filter(decided_at=None)
        if upheld:
            Result.objects.filter(pk=report.result_id, hidden_at=None).update(
                hidden_at=timezone.now()
            )
            for other in others:
                _close(other, by, upheld=True, why=why)
        elif not others.exists():
            Result.objects.filter(pk=report.result_id).update(hidden_at=None)
    report.result.refresh_from_db()
    return storing.erase(report.result, Result.Why.TAKEDOWN) if upheld else True


def delete(result: Result, by: Person) -> bool:
    """Erases a picture for good; False when the file could not be removed yet.

    WrongState when it was erased before.
    """
    require(by, Act.RESULT_MODERATE, result)
    if result.erased_at is not None:
        raise WrongState(str(Result.Why(result.erased_why).label))
    audit.record("result.delete", result, by=by)
    return storing.erase(result, Result.Why.OPERATOR)


def _still_open(report: Report) -> None:
    report.refresh_from_db(fields=["decided_at", "upheld"])
    if report.decided_at is not None:
        raise WrongState(outcome(report))


def _close(report: Report, by: Person, *, upheld: bool, why: str) -> None:
    """Compare and set, with a line in the trail."""
    closed = Report.objects.filter(pk=report.pk, decided_at=None).update(
        decided_at=timezone.now(), upheld=upheld, decided_by=by, decision=why[:500]
    )
    report.refresh_from_db()
    if not closed:
        raise WrongState(outcome(report))
    after = {"upheld": upheld, "ground": report.ground}
    audit.record(Act.TAKEDOWN_DECIDE, report, by=by, after=after, why=why[:500])


def outcome(report: Report) -> str:
    """What became of it, in the reader's language."""
    return str(report.Outcome.TAKEN_DOWN.label if report.upheld else report.Outcome.LEFT.label)
