"""What the queue carries for the console: trying a material out."""

import logging
from typing import Any

from celery import shared_task

from fusionsite.console import tryout
from templates_app.models import MaterialVersion

log = logging.getLogger(__name__)
WAITS_S = 30


@shared_task(name="console.try_out")
def try_out(token: str, version_pk: int, strengths: dict[str, Any]) -> None:
    """Makes the picture of one try; whoever asked finds it, or that it failed, under the token."""
    version = MaterialVersion.objects.select_related("material__campaign").get(pk=version_pk)
    tried = tryout.started(token)
    if tried is None:
        return
    try:
        picture = tryout.make(version, tryout.Strengths(**strengths))
    except Exception:
        # The edge: whatever the engine or a storage throws, the page gets a sentence.
        log.exception("trying version %s out broke", version_pk)
        tryout.keep(token, tryout.ended(tried, picture=b""))
    else:
        tryout.keep(token, tryout.ended(tried, picture=picture))


def enqueue(token: str, version_pk: int, strengths: dict[str, Any]) -> None:
    """Sends the message; nobody waits for a try that is older than half a minute."""
    try_out.apply_async((token, version_pk, strengths), expires=WAITS_S, retry=False)
