"""The Celery application: workers and web processes find the queue and the tasks through it."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from fusionsite import folder_queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")

folder_queue.stand_in()
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "fusionsite.redis_queue:Transport"))
app = Celery("fusionsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
