import type { Db } from './database.ts';

type Name = 'watermark' | 'config_version';

export const readMeta = (db: Db, name: Name): number =>
  Number(db.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name));

export function writeMeta(db: Db, name: Name, value: number): void {
  db.prepare('UPDATE meta SET value = ? WHERE name = ?').run(value, name);
}
