"""The service: takes a request, runs the fusion, keeps the result, answers the caller."""

from fusionsite.celery import app as celery_app

__all__ = ["celery_app"]
