# Greenroom as an image: one for web, worker, scheduler and the one-shot commands. What runs is the command.
#
#     docker build --tag greenroom .
#
# It runs as user 10001 on a root file system that may be read-only; only /data is written to (and /tmp, if there is one).

FROM node:22-bookworm-slim AS modules
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --loglevel=error

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /build/
RUN /opt/venv/bin/pip install --quiet --only-binary :all: -r /build/requirements.txt
WORKDIR /app
COPY . .
COPY --from=modules /build/node_modules node_modules
# Compiled here, because the one who runs it cannot write beside the sources. No time stamps: copies may change them.
RUN python -c "from scripts.build_assets import copy_assets; copy_assets()" \
 && rm -rf node_modules package.json package-lock.json .npmrc requirements.txt scripts/build_assets.py \
 && python -m compileall -q --invalidation-mode unchecked-hash /app

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 greenroom \
 && useradd --system --uid 10001 --gid greenroom --no-create-home --home-dir /data --shell /usr/sbin/nologin greenroom \
 && install --directory --owner=greenroom --group=greenroom --mode=0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    HOST=0.0.0.0 \
    PORT=8000 \
    GREENROOM_DATA_DIR=/data \
    GREENROOM_LOG_FORMAT=json
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "scripts.web_health"]
CMD ["python", "-m", "scripts.web_server"]
