"""A job: one accepted request, from the queue to its picture or its reason; and its consent."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import ledger, prepared
from campaigns.models import Account, Campaign, ConsentText, Credential, Organisation
from campaigns.prepared import Prepared, PreparedUpdate, Slot
from campaigns.refusals import Refusal
from campaigns.remembered import Remembered
from fusionsite.jobs.refusals import read_back
from fusionsite.results.models import Result, new_key
from templates_app.models import Material, MaterialVersion


class JobQuerySet(models.QuerySet["FusionJob"]):
    """Choices of jobs, and the one move into work."""

    def waiting(self) -> "JobQuerySet":
        """In the queue."""
        return self.filter(state=FusionJob.State.QUEUED)

    def how_many_wait(self) -> int:
        """The queue's length, a moment ago: every call asks, and the cap is no exact number."""
        return _queue_length.of("", _read_queue_length)

    def how_many_under_way(self) -> int:
        """In the queue or at work, now."""
        ((under_way,),) = prepared.ask(f"SELECT ({_QUEUED}) + ({_RUNNING})")
        return int(under_way)

    def stale(
        self, now: datetime, *, queued_for: timedelta, running_for: timedelta
    ) -> "JobQuerySet":
        """Those whose message or worker must be presumed lost.

        A time that lies ahead was written before the clock was set back; it says nothing any more.
        """
        queued = Q(queued_at__lt=now - queued_for) | Q(queued_at__gt=now + queued_for)
        running = Q(started_at__lt=now - running_for) | Q(started_at__gt=now + running_for)
        return self.filter(
            (Q(state=FusionJob.State.QUEUED) & queued)
            | (Q(state=FusionJob.State.RUNNING) & running)
        )

    def with_leftovers(self, before: datetime) -> "JobQuerySet":
        """Those that ended before then, and may have left files among the results."""
        return self.filter(leftovers=True, finished_at__lt=before)

    def of_workers(self, wanted: Callable[[str], bool]) -> "JobQuerySet":
        """Those at work that were taken up by a worker of such a name."""
        running = self.filter(state=FusionJob.State.RUNNING)
        names = running.order_by().values_list("worker", flat=True).distinct()
        return running.filter(worker__in=[name for name in names if wanted(name)])

    def claim(self, pk: int, now: datetime, *, worker: str = "") -> "FusionJob | None":
        """One job, moved from queued to running; None when it was taken or cancelled.

        With the campaign and the version of the material, as they were a moment ago.
        """
        return _furnished(_CLAIM.first(pk=pk, now=now, worker=worker))

    def claim_next(self, now: datetime, *, worker: str = "") -> "FusionJob | None":
        """The same of the one that waits longest and nobody else is claiming; None without one."""
        return _furnished(_CLAIM_NEXT.first(now=now, worker=worker))


def _furnished(job: "FusionJob | None") -> "FusionJob | None":
    """The job with what its maker wants to know."""
    if job is not None and job.campaign_id is not None:
        job.campaign = _CAMPAIGN.first(pk=job.campaign_id)
    if job is not None and job.material_version_id is not None:
        job.material_version = _VERSION.first(pk=job.material_version_id)
    return job


# Counted from the oldest on. PostgreSQL finds that by walking along the index, and marks on the
# way which entries are those of jobs that went on; else every count would look each of them up
# again until the table is vacuumed.
_COUNT = """
    SELECT COUNT(*) FROM jobs_fusionjob WHERE state = '{0}' AND {1} >= (
        SELECT MIN({1}) FROM jobs_fusionjob WHERE state = '{0}'
    )
"""
_QUEUED = _COUNT.format("queued", "queued_at")
_RUNNING = _COUNT.format("running", "started_at")


def _read_queue_length() -> int:
    ((waiting,),) = prepared.ask(_QUEUED)
    return int(waiting)


_queue_length = Remembered[int](at_most_s=0.2)


class FusionJob(models.Model):
    """One request that was let in. The row, not the queue, is the truth.

        queued -> running -> succeeded
                          -> failed      with a reason
        running -> queued                the worker was lost; at most N attempts
        queued, running -> cancelled     by the person who asked, or nobody waits any more

    Every move is compare-and-set; the loser of a race changes nothing.
    """

    class Kind(models.TextChoices):
        """What is made."""

        FUSE = "fuse", _("fusion")
        PARSE = "parse", _("face regions")
        FACES = "faces", _("faces")

    class State(models.TextChoices):
        """Where the job stands."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("at work")
        SUCCEEDED = "succeeded", _("done")
        FAILED = "failed", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    class Stage(models.TextChoices):
        """What a person who waits is told."""

        WAITING = "waiting", _("waiting")
        LOOKING = "looking", _("looking for the face")
        BLENDING = "blending", _("blending")
        FINISHING = "finishing", _("finishing")

    class Answer(models.TextChoices):
        """How the picture leaves: behind a link and kept, or as bytes and not kept."""

        LINK = "link", _("link")
        BYTES = "bytes", _("bytes")

    ENDED: ClassVar = (State.SUCCEEDED, State.FAILED, State.CANCELLED)
    organisation_path: ClassVar[str] = "organisation"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    result_key = models.CharField(max_length=24, default=new_key, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.FUSE)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.WAITING)
    door = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    credential = models.ForeignKey(Credential, models.SET_NULL, null=True, related_name="+")
    material = models.ForeignKey(Material, models.PROTECT, null=True, related_name="+")
    material_version = models.ForeignKey(
        MaterialVersion, models.PROTECT, null=True, related_name="+"
    )
    visitor = models.CharField(max_length=64, blank=True)
    # The tag of the link a visitor came by, for the counts; it says where, not who.
    source = models.CharField(max_length=40, blank=True)
    # Made to try out a campaign that was not published yet; the picture says so.
    preview = models.BooleanField(default=False)
    # What to do, as `submission` wrote it and `execution` reads it: fields of jobs.orders.Order.
    order = models.JSONField()
    answer = models.CharField(max_length=5, choices=Answer.choices, default=Answer.LINK)
    link_life_s = models.PositiveIntegerField()
    idempotency_key = models.CharField(max_length=200, blank=True)
    # Of what was asked under the key; empty without one.
    request_digest = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The process that took it up last, as jobs.workers names it.
    worker = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    charged = models.BooleanField(default=False)
    # An attempt that was lost or cut off may have stored a picture that no row names.
    leftovers = models.BooleanField(default=False)
    # Why not, in facts: fields of jobs.refusals.Reason; empty unless failed.
    reason = models.JSONField(null=True, blank=True)
    # What the moderators saw, photo by photo: fields of moderation.Finding.
    moderation = models.JSONField(default=list, blank=True)
    result = models.OneToOneField(Result, models.PROTECT, null=True, related_name="+")

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["queued_at"], condition=Q(state="queued"), name="job_queue"),
            models.Index(fields=["started_at"], condition=Q(state="running"), name="job_at_work"),
            models.Index(fields=["finished_at"], name="job_by_end"),
            models.Index(
                fields=["finished_at"], condition=Q(leftovers=True), name="job_with_leftovers"
            ),
            models.Index(fields=["campaign", "created_at"], name="job_of_campaign"),
            models.Index(fields=["request_id"], name="job_by_request"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "door", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="job_once_per_idempotency_key",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, state__in=["queued", "running"])
                | Q(finished_at__isnull=False, state__in=["succeeded", "failed", "cancelled"]),
                name="job_ended_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(result=None) | Q(state="succeeded", answer="link"),
                name="job_result_only_when_kept",
            ),
            models.CheckConstraint(
                condition=Q(charged=False) | Q(state="succeeded"), name="job_charged_only_when_done"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def reference(self) -> str:
        """Under which the ledger holds this job's picture."""
        return str(self.public_id)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in self.ENDED

    @property
    def priced(self) -> bool:
        """Whether its delivery is paid for; measuring faces is free."""
        return self.kind != self.Kind.FACES

    @property
    def refusal(self) -> Refusal | None:
        """Why there is no picture; None while there may be one."""
        return read_back(self.reason) if self.reason else None

    @property
    def place_in_queue(self) -> int:
        """1 for the next one; 0 when it is not waiting any more."""
        if self.state != self.State.QUEUED:
            return 0
        return FusionJob.objects.waiting().filter(queued_at__lt=self.queued_at).count() + 1

    def move_to(self, stage: "FusionJob.Stage") -> None:
        """Tells those who watch what is being done."""
        FusionJob.objects.filter(pk=self.pk, state=self.State.RUNNING).update(stage=stage)

    def end(
        self,
        state: "FusionJob.State",
        *,
        came_from: "tuple[FusionJob.State, ...]",
        harmless_attempts: int,
        **facts: object,
    ) -> bool:
        """Ends the job unless somebody else has; says whether this call did it.

        A job that succeeds is charged if what is held for it costs anything.
        harmless_attempts: so many are known to have left nothing but what the job delivers.
        """
        facts |= {"state": state, "finished_at": timezone.now()}
        ended = _ending(state, came_from, tuple(facts)).first(
            pk=self.pk,
            reference=self.reference,
            harmless=harmless_attempts,
            **{
                name: fact.pk if isinstance(fact, models.Model) else fact
                for name, fact in facts.items()
            },
        )
        if ended is None:
            self.refresh_from_db()  # whoever lost wants to know everything that the winner wrote
            return False
        for name, fact in facts.items():
            setattr(self, name, fact)
        self.charged = ended.charged
        return True

    def put_back(self, now: datetime) -> bool:
        """Puts a job whose worker or message was lost back into the queue."""
        moved = FusionJob.objects.filter(
            pk=self.pk, state=self.state, attempts=self.attempts, queued_at=self.queued_at
        ).update(state=self.State.QUEUED, stage=self.Stage.WAITING, queued_at=now)
        return bool(moved)


def _claiming(which: Any) -> PreparedUpdate[FusionJob]:
    """Takes up the one queued job that `which` names."""
    return PreparedUpdate(
        lambda: (
            FusionJob.objects.filter(pk=which(), state=FusionJob.State.QUEUED),
            {
                "state": FusionJob.State.RUNNING,
                "stage": FusionJob.Stage.LOOKING,
                "started_at": Slot("now", models.DateTimeField()),
                "worker": Slot("worker"),
                "attempts": F("attempts") + 1,
            },
        )
    )


def _waiting_longest() -> models.QuerySet[FusionJob, int]:
    """The key of the job that waits longest, but for those that others have their hands on.

    The state is written out: a statement planned for any state could not use the queue's index.
    """
    queued = RawSQL("state = 'queued'", (), output_field=models.BooleanField())
    free = FusionJob.objects.filter(queued).select_for_update(skip_locked=True, no_key=True)
    return free.order_by("queued_at").values_list("pk", flat=True)[:1]


_CLAIM = _claiming(lambda: Slot("pk"))
_CLAIM_NEXT = _claiming(_waiting_longest)
_CAMPAIGN = Prepared(lambda: Campaign.objects.filter(pk=Slot("pk")), remembered=True)
_VERSION = Prepared(lambda: MaterialVersion.objects.filter(pk=Slot("pk")), remembered=True)


@cache
def _ending(
    state: FusionJob.State, came_from: tuple[FusionJob.State, ...], names: tuple[str, ...]
) -> PreparedUpdate[FusionJob]:
    """Ends a job that stands in one of these states, and notes facts of these names."""
    facts: dict[str, Any] = {name: Slot(name, FusionJob._meta.get_field(name)) for name in names}
    if state == FusionJob.State.SUCCEEDED:
        facts["charged"] = ledger.costs(Slot("reference"))
    return PreparedUpdate(
        lambda: (
            FusionJob.objects.filter(pk=Slot("pk"), state__in=came_from).only("charged"),
            {**facts, "leftovers": GreaterThan(F("attempts"), Slot("harmless"))},
        )
    )


class Consent(models.Model):
    """What a visitor agreed to, in which words, when. It outlives the picture; it holds none.

    `contact` and `gallery` say what holds now: taken back, they are off and have their time.
    """

    organisation_path: ClassVar[str] = "campaign__organisation"

    job = models.OneToOneField(FusionJob, models.SET_NULL, null=True, related_name="consent")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    use_photo = models.BooleanField()
    of_age = models.BooleanField(null=True)  # 14 or older; null where the campaign does not ask
    by_guardian = models.BooleanField(default=False)  # a parent or guardian agreed for a child
    contact = models.BooleanField(default=False)
    gallery = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    contact_withdrawn_at = models.DateTimeField(null=True)
    gallery_withdrawn_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(condition=Q(use_photo=True), name="consent_to_use_is_required"),
            models.CheckConstraint(
                condition=~Q(of_age=False) | Q(by_guardian=True),
                name="consent_for_a_child_is_a_guardians",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.given_at:%Y-%m-%d}"


class Lead(models.Model):
    """How a visitor may be reached by the brand: only with their own tick, until `purge_on`."""

    organisation_path: ClassVar[str] = "campaign__organisation"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    consent = models.OneToOneField(Consent, models.CASCADE, related_name="lead")
    name = models.CharField(max_length=80)
    reach = models.CharField(max_length=200)  # a phone number or an e-mail address
    left_at = models.DateTimeField()
    purge_on = models.DateField()

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")
        indexes = [
            models.Index(fields=["purge_on"], name="lead_due"),
            models.Index(fields=["campaign", "left_at"], name="lead_of_campaign"),
        ]

    def __str__(self) -> str:
        return f"lead {self.pk}"


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """What the workers have told."""

    def processes(self) -> int | None:
        """How many jobs all workers do at once, a moment ago; None if none was heard from.

        One that was stopped counts for ten minutes: whoever asks would rather hear too many.
        """
        return _processes.of("", self._read_processes)

    def _read_processes(self) -> int | None:
        lately = self.filter(beat_at__gte=timezone.now() - timedelta(minutes=10))
        told: int | None = lately.aggregate(told=models.Sum("processes"))["told"]
        return told


_processes = Remembered[int | None]()


class Heartbeat(models.Model):
    """The last sign of life of a worker that can make pictures, and how many it makes at once."""

    worker = models.CharField(max_length=200, unique=True)
    processes = models.PositiveSmallIntegerField(default=1)
    engine = models.CharField(max_length=60)
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker
