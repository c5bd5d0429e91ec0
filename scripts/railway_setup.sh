#!/bin/sh
# Starts Greenroom on Railway: migrates, seeds the demo if asked, then runs web, worker, scheduler and Redis under one
# supervisor, on $PORT. See docs/deployment.md.
#
#     PORT=8000 MONGO_URL=mongodb://… scripts/railway_setup.sh
#
# Exit codes: 2 a setting is missing or bad, otherwise those of the step that failed, or of the supervisor.
set -eu
cd "$(dirname "$0")/.."

warn() {
  printf 'railway_setup: %s\n' "$*" >&2
}

need() {
  if [ -z "$2" ]; then
    warn "$1 is not set; $3"
    exit 2
  fi
}

need PORT "${PORT:-}" "Railway sets it; elsewhere say where to listen, such as PORT=8000"
need MONGO_URL "${MONGO_URL:-${MONGODB_URI:-}}" "add a MongoDB to the project and refer to its address"

export HOST=0.0.0.0 # the proxy of the platform comes from outside of this container
if [ -z "${PUBLIC_URL:-}" ] && [ -n "${RAILWAY_PUBLIC_DOMAIN:-}" ]; then
  export PUBLIC_URL="https://$RAILWAY_PUBLIC_DOMAIN"
fi

volume="${RAILWAY_VOLUME_MOUNT_PATH:-}"
if [ -n "$volume" ]; then
  case "${GREENROOM_DATA_DIR:-}/" in
    "${volume%/}"/*) ;; # somebody chose a folder of the volume
    *) export GREENROOM_DATA_DIR="$volume" ;;
  esac
else
  if [ -z "${DATABASE_URL:-}" ]; then
    warn "WARNING: no DATABASE_URL and no volume: accounts are kept in a file that is lost at each deployment"
  fi
  if [ -z "${SECRET_KEY:-}" ] || [ -z "${JWT_SECRET:-}" ]; then
    warn "WARNING: no SECRET_KEY or JWT_SECRET, and no volume: each deployment ends every login"
  fi
fi

python scripts/run_migrations.py up

seed_demo_once() {
  state="$(python scripts/demo_state.py)" # on its own line, so that a failure ends this script
  if [ "$state" = missing ]; then
    python scripts/seed_database.py --scenario demo --yes-really
  fi
}

case "${SEED_DEMO_DATA:-}" in
  [Tt][Rr][Uu][Ee]) seed_demo_once ;;
esac

exec python -m scripts.serve
