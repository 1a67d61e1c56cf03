"""The web server's way in: `gunicorn fusionsite.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")

application = get_wsgi_application()
