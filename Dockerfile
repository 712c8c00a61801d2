# One image for every process: web, worker, beat, sweeper and the migrations (see docker-compose.yml).
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /srv/tieout --shell /usr/sbin/nologin tieout
WORKDIR /srv/tieout

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

COPY manage.py pyproject.toml ./
COPY config config
COPY directory directory
COPY erp_integrations erp_integrations
COPY invoicing invoicing
COPY notifications notifications
COPY templates templates
COPY static static

# Neither command uses the key. Only what people upload is written at run time.
RUN SECRET_KEY=unused python manage.py cut_font \
    && SECRET_KEY=unused python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var/media && chown tieout var/media
VOLUME /srv/tieout/var/media

USER tieout
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
