import type { DatabaseSync } from 'node:sqlite'
import { SessionError } from '@geppetto/session'
import { numberField } from './row.ts'
import { failed } from './store-failure.ts'

/** Marks the file as ours: `Gepp`. */
const applicationId = 0x47657070

/**
 * What makes each version out of the one before it. What has been released is never changed, and stays for ever; the tests open a file of
 * every version. Text of others (ids, names, reasons) is kept as JSON, which can say what UTF-8 cannot.
 */
const migrations: readonly string[] = [
  `CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), last_token INTEGER NOT NULL);
   INSERT INTO store VALUES (1, 0);
   CREATE TABLE session (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     head INTEGER NOT NULL DEFAULT 0,
     metadata TEXT NOT NULL DEFAULT '{}',
     created_at REAL NOT NULL DEFAULT 0,
     updated_at REAL NOT NULL DEFAULT 0
   );
   CREATE INDEX session_by_update ON session (updated_at DESC, number DESC, head) WHERE head > 0;
   CREATE TABLE holding (
     session INTEGER PRIMARY KEY REFERENCES session ON DELETE CASCADE,
     token INTEGER NOT NULL,
     holder TEXT NOT NULL,
     run_id TEXT NOT NULL,
     ttl_ms REAL NOT NULL,
     expires_at REAL NOT NULL,
     owner TEXT,
     cancel_reason TEXT
   );
   CREATE TABLE record (
     session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
     position INTEGER NOT NULL,
     body TEXT NOT NULL,
     sum INTEGER NOT NULL,
     PRIMARY KEY (session, position)
   );
   CREATE TABLE event (
     session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
     epoch REAL NOT NULL,
     seq REAL NOT NULL,
     delta_of TEXT,
     body TEXT NOT NULL,
     sum INTEGER NOT NULL,
     PRIMARY KEY (session, epoch, seq)
   );
   CREATE INDEX event_by_segment ON event (session, delta_of) WHERE delta_of IS NOT NULL;
   CREATE TABLE blob (number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL);
   CREATE TABLE session_blob (
     session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
     blob INTEGER NOT NULL REFERENCES blob DEFERRABLE INITIALLY DEFERRED,
     PRIMARY KEY (session, blob)
   ) WITHOUT ROWID;
   CREATE INDEX session_blob_by_blob ON session_blob (blob);`,
  `CREATE TABLE note (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
     body TEXT NOT NULL,
     sum INTEGER NOT NULL
   );
   CREATE INDEX note_by_session ON note (session, number);
   ALTER TABLE session ADD COLUMN metadata_sum INTEGER;`,
]

/** What makes a file of each version, from the first, readable as one of the next, without a change to it. */
const views: readonly string[] = [
  `CREATE TEMP TABLE note (number INTEGER PRIMARY KEY, session INTEGER, body TEXT, sum INTEGER);
   CREATE TEMP VIEW session AS SELECT *, NULL AS metadata_sum FROM main.session;`,
]

/** The version of the schema that this package writes. */
export const schemaVersion: number = migrations.length

/**
 * What a file says it is: the version of our schema, 0 where it is empty.
 * @throws SessionError `unsupported_version` when a newer version of this package wrote it, `store_failed` when another program did
 */
export function schemaVersionOf(database: DatabaseSync, path: string): number {
  const version = numberField(database.prepare('PRAGMA user_version').get(), 'user_version')
  const id = numberField(database.prepare('PRAGMA application_id').get(), 'application_id')
  const tables = numberField(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get(), 'tables')
  if (id === 0 && version === 0 && tables === 0) return 0
  if (id !== applicationId) throw failed(path, 'not_a_store', new Error('it is a database of another program'))
  if (version > schemaVersion)
    throw new SessionError(
      'unsupported_version',
      `the session store ${path} has version ${version}, and this package knows versions up to ${schemaVersion}: upgrade @geppetto/store-sqlite; the file was left as it is`,
    )
  return version
}

/** Brings the file to our version: all the way or not at all. Called where nobody else can write. */
export function migrate(database: DatabaseSync, path: string): void {
  const found = schemaVersionOf(database, path)
  if (found === schemaVersion) return
  for (let version = found; version < schemaVersion; version++) database.exec(migrations[version] ?? '')
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`)
}

/** Lets an older file be read as one of our version, which it does not become. */
export function readAsNewest(database: DatabaseSync, version: number): void {
  database.exec('PRAGMA temp_store = MEMORY')
  for (let older = version; older < schemaVersion; older++) database.exec(views[older - 1] ?? '')
}
