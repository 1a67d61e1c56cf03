# One image, three commands: web (the default), worker, clock. See docs/operate.md.
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 fusion
WORKDIR /app
COPY requirements.txt requirements-models.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
 && pip install --no-cache-dir --no-deps --require-hashes -r requirements-models.txt
COPY manage.py pyproject.toml ./
COPY fusion fusion
COPY campaigns campaigns
COPY templates_app templates_app
COPY fusionsite fusionsite
COPY static static

ENV FUSION_VAR_DIR=/var/lib/fusion PYTHONUNBUFFERED=1
RUN mkdir -p /var/lib/fusion && chown fusion /var/lib/fusion \
 && FUSION_DEMO=true FUSION_VAR_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
 && mv /tmp/build/static /var/lib/fusion/static && rm -rf /tmp/build && chown -R fusion /var/lib/fusion
USER fusion
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "fusionsite.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "1", "--threads", "16", "--timeout", "60", "--graceful-timeout", "20", "--limit-request-line", "0"]
