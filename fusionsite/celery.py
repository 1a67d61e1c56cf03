"""The Celery application: workers and web processes find the queue and the tasks through it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")

app = Celery("fusionsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
