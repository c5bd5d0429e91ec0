#!/bin/sh
# Makes the key with which the members of a MongoDB replica set know each other, unless it is there.
#
#     sh scripts/mongo_keyfile.sh /data/configdb/keyfile
#
# It is random, readable by its owner alone (mongod refuses any other), and appears in one piece.
set -eu

place="${1:?say where the key goes, such as /data/configdb/keyfile}"
if [ -s "$place" ]; then
  exit 0
fi
umask 0377
rm -f "$place.new"
head -c 576 /dev/urandom | base64 >"$place.new"
mv "$place.new" "$place"
