// Makes a MongoDB with authentication ready for Greenroom: replica set, the application's user, collections, indexes.
//
//     mongosh --norc --quiet "mongodb://mongo:27017/?directConnection=true" --file scripts/mongo-init.js
//
// Reads from the environment: MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD (who may do this), MONGO_MEMBER
// (host:port under which the application reaches this member), MONGODB_DATABASE, MONGODB_USERNAME and MONGODB_PASSWORD
// (what the application uses). Run it as often as you like: a password that was changed is taken over, data stays.
//
// Collections and indexes are those of the first migration of the session storage; a test compares the two. Later
// migrations are not repeated here: `python scripts/run_migrations.py up` comes after this.
'use strict';

const ALREADY_INITIALIZED = 23;
const NAMESPACE_EXISTS = 48;
const WAIT_SECONDS = 60;

const SESSION_SCHEMA = {
  bsonType: 'object',
  required: [
    'session_id', 'user_id', 'kind', 'status', 'created_at', 'updated_at', 'revision', 'message_count', 'life',
  ],
  properties: {
    _id: { bsonType: 'string' },
    session_id: { bsonType: 'string' },
    user_id: { bsonType: 'string' },
    kind: { bsonType: 'string' },
    status: { bsonType: 'string' },
    title: { bsonType: 'string' },
    created_at: { bsonType: 'date' },
    updated_at: { bsonType: 'date' },
    starts_at: { bsonType: ['date', 'null'] },
    archived_at: { bsonType: ['date', 'null'] },
    exclusive_key: { bsonType: ['string', 'null'] },
    parent_id: { bsonType: ['string', 'null'] },
    revision: { bsonType: ['int', 'long'], minimum: 1 },
    message_count: { bsonType: ['int', 'long'], minimum: 0 },
    life: { bsonType: 'string' },
    history: { bsonType: 'array' },
    extra: { bsonType: 'object' },
  },
};

const MESSAGE_SCHEMA = {
  bsonType: 'object',
  required: ['_id', 'n', 'life', 'role', 'content', 'timestamp'],
  properties: {
    _id: {
      bsonType: 'object',
      required: ['s', 'id'],
      properties: { s: { bsonType: 'string' }, id: { bsonType: 'string' } },
    },
    n: { bsonType: ['int', 'long'], minimum: 1 },
    life: { bsonType: 'string' },
    role: { bsonType: 'string' },
    content: { bsonType: 'string' },
    timestamp: { bsonType: 'date' },
    meta: { bsonType: 'object' },
  },
};

const SESSION_INDEXES = [
  { key: { user_id: 1, created_at: -1, _id: -1 }, name: 'user_created' },
  { key: { user_id: 1, status: 1, created_at: -1, _id: -1 }, name: 'user_status_created' },
  { key: { kind: 1, status: 1, starts_at: 1, _id: 1 }, name: 'kind_status_starts' },
  { key: { parent_id: 1, starts_at: 1, _id: 1 }, name: 'parent_starts' },
  { key: { status: 1 }, name: 'status' },
  { key: { mode: 1 }, name: 'mode' },
  { key: { hume_conversation_id: 1 }, name: 'hume_conversation', sparse: true },
  {
    key: { exclusive_key: 1 },
    name: 'exclusive_key',
    unique: true,
    partialFilterExpression: { exclusive_key: { $type: 'string' } },
  },
  { key: { created_at: -1, _id: -1 }, name: 'created' },
  { key: { starts_at: 1, _id: 1 }, name: 'starts' },
];

const MESSAGE_INDEXES = [{ key: { '_id.s': 1, n: 1 }, name: 'session_n', unique: true }];

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  return value;
}

function logIn(admin) {
  admin.auth(needed('MONGO_INITDB_ROOT_USERNAME'), needed('MONGO_INITDB_ROOT_PASSWORD'));
}

function ensureReplicaSet(admin) {
  const members = [{ _id: 0, host: needed('MONGO_MEMBER') }];
  try {
    admin.runCommand({ replSetInitiate: { _id: 'rs0', members } });
  } catch (error) {
    if (error.code !== ALREADY_INITIALIZED) {
      throw error;
    }
  }
  waitForPrimary(admin);
}

function waitForPrimary(admin) {
  const end = Date.now() + WAIT_SECONDS * 1000;
  while (!admin.hello().isWritablePrimary) {
    if (Date.now() > end) {
      throw new Error(`this member did not become primary within ${WAIT_SECONDS} seconds`);
    }
    sleep(100);
  }
}

// readWrite makes collections and indexes; only the change of a validator, which migrations need, is not part of it.
function ensureRole(place) {
  const actions = [{ resource: { db: place.getName(), collection: '' }, actions: ['collMod'] }];
  const inherited = [{ role: 'readWrite', db: place.getName() }];
  if (place.getRole('greenroom') === null) {
    place.createRole({ role: 'greenroom', privileges: actions, roles: inherited });
  } else {
    place.updateRole('greenroom', { privileges: actions, roles: inherited });
  }
}

function ensureUser(place) {
  const name = needed('MONGODB_USERNAME');
  const account = { pwd: needed('MONGODB_PASSWORD'), roles: ['greenroom'] };
  if (place.getUser(name) === null) {
    place.createUser({ user: name, ...account });
  } else {
    place.updateUser(name, account);
  }
}

// A collection that is there keeps its validator: a later migration may have changed it.
function ensureCollection(place, name, schema, indexes) {
  try {
    place.createCollection(name, { validator: { $jsonSchema: schema } });
  } catch (error) {
    if (error.code !== NAMESPACE_EXISTS) {
      throw error;
    }
    return;
  }
  place.runCommand({ createIndexes: name, indexes });
}

function main() {
  const admin = db.getSiblingDB('admin');
  logIn(admin);
  ensureReplicaSet(admin);
  const place = db.getSiblingDB(needed('MONGODB_DATABASE'));
  ensureRole(place);
  ensureUser(place);
  ensureCollection(place, 'sessions', SESSION_SCHEMA, SESSION_INDEXES);
  ensureCollection(place, 'session_messages', MESSAGE_SCHEMA, MESSAGE_INDEXES);
  print(`MongoDB is ready: ${place.getName()} on ${needed('MONGO_MEMBER')}`);
}

main();
