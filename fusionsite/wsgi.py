"""The web server's way in: `gunicorn fusionsite.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from fusionsite import checks
from fusionsite.incoming import TolerantRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")

application = get_wsgi_application()
application.request_class = TolerantRequest
checks.refuse_bad_deployment()
