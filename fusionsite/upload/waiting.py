"""What a waiting visitor is told of a job: true stages, the place in the queue, seconds left."""

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.progress import seconds_left

Stage = FusionJob.Stage
STAGES = (Stage.WAITING, Stage.LOOKING, Stage.BLENDING, Stage.FINISHING)
# The ring when a stage begins, in percent: four stages, none of them empty.
PERCENT = {Stage.WAITING: 8, Stage.LOOKING: 30, Stage.BLENDING: 58, Stage.FINISHING: 86}
NAMES = {
    Stage.WAITING: pgettext_lazy("stage of a job", "Waiting"),
    Stage.LOOKING: _("Looking for your face"),
    Stage.BLENDING: pgettext_lazy("stage of a job", "Blending"),
    Stage.FINISHING: pgettext_lazy("stage of a job", "Finishing"),
}
TITLES = {
    Stage.WAITING: _("In the queue"),
    Stage.LOOKING: _("Looking for your face"),
    Stage.BLENDING: _("Stepping into the scene"),
    Stage.FINISHING: _("Almost there"),
}


@dataclass(frozen=True)
class Waiting:
    """A job as the progress page shows it; `percent` of the ring, times in seconds."""

    stage: str
    number: int
    percent: int
    place: int
    seconds_left: int
    retry_after_s: float

    @property
    def title(self) -> str:
        """What is being done, in the visitor's language."""
        return str(TITLES[Stage(self.stage)])

    @property
    def queue(self) -> str:
        """The place in the queue in words; empty when it is not waiting."""
        if self.place < 1:
            return ""
        if self.place == 1:
            return gettext("You are next")
        return gettext("{n} in front of you").replace("{n}", str(self.place - 1))

    @property
    def left(self) -> str:
        """The time left in words."""
        if self.seconds_left > 1:
            return gettext("About {n} s left").replace("{n}", str(self.seconds_left))
        return gettext("A moment more")


def waiting(job: FusionJob) -> Waiting:
    """How far a job is that has not ended yet."""
    stage = Stage(job.stage)
    place = job.place_in_queue
    seconds = seconds_left(place)
    return Waiting(
        stage=stage.value,
        number=STAGES.index(stage),
        percent=PERCENT[stage],
        place=place,
        seconds_left=round(seconds),
        retry_after_s=min(2.0, max(0.15, seconds / 8)),
    )
