"""The web server's way in: `gunicorn fusionsite.wsgi`."""

import os

from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application

from fusionsite import checks, connections
from fusionsite.incoming import TolerantRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")

application = get_wsgi_application()
application.request_class = TolerantRequest
request_started.connect(connections.trust_if_fresh)  # after Django's own look at the connection
checks.refuse_bad_deployment()
