import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrations } from '#catalog/migrations/index';
import { openDatabase, type CatalogDatabase } from '#catalog/open-database';
import { tempFolder } from '#test/support/temp-folder';

function newFile(): string {
  return join(tempFolder(), 'catalog.sqlite');
}

function versionOf(database: CatalogDatabase): unknown {
  return database.pragma('user_version', { simple: true });
}

function schemaOf(database: CatalogDatabase): string {
  return database
    .prepare<[], { sql: string }>('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name')
    .all()
    .map(({ sql }) => `${sql};`)
    .join('\n\n');
}

describe('openDatabase', () => {
  it('brings an empty file to the newest version', () => {
    const database = openDatabase(newFile());
    expect(versionOf(database)).toBe(migrations.length);
    expect(database.prepare('SELECT count(*) AS n FROM runs').get()).toEqual({ n: 0 });
    database.close();
  });

  it('changes nothing when it opens a database of the newest version again', () => {
    const file = newFile();
    const first = openDatabase(file);
    const schema = schemaOf(first);
    first.exec(
      `INSERT INTO studies (id, template, template_hash, state, created_at) VALUES ('s', '{}', 'h', 'stopped', 1)`,
    );
    first.close();
    const again = openDatabase(file);
    expect(versionOf(again)).toBe(migrations.length);
    expect(schemaOf(again)).toBe(schema);
    expect(again.prepare('SELECT id FROM studies').all()).toEqual([{ id: 's' }]);
    again.close();
  });

  it('runs only the migrations that a database has not seen', () => {
    const file = newFile();
    openDatabase(file, ['CREATE TABLE a (x INTEGER)']).close();
    const database = openDatabase(file, ['this is not SQL and must not run', 'CREATE TABLE b (y INTEGER)']);
    expect(versionOf(database)).toBe(2);
    database.close();
  });

  it('keeps the last whole version when a migration fails half-way', () => {
    const file = newFile();
    const chain = [
      'CREATE TABLE kept (x INTEGER); INSERT INTO kept VALUES (1)',
      'CREATE TABLE half (y INTEGER); DELETE FROM kept; INSERT INTO missing VALUES (1)',
    ];
    expect(() => openDatabase(file, chain)).toThrow(/no such table: missing/);
    const database = openDatabase(file, chain.slice(0, 1));
    expect(versionOf(database)).toBe(1);
    expect(database.prepare('SELECT x FROM kept').all()).toEqual([{ x: 1 }]);
    expect(schemaOf(database)).not.toContain('half');
    database.close();
  });

  it('refuses a database that a newer program wrote', () => {
    const file = newFile();
    openDatabase(file, [...migrations, 'CREATE TABLE later (x INTEGER)']).close();
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({
        code: 'data_directory_newer',
        data: { path: file, version: migrations.length + 1 },
      }),
    );
  });

  it('leaves a database that a newer program wrote as it is, journal mode and all', () => {
    const file = newFile();
    const newer = openDatabase(file, [...migrations, 'CREATE TABLE later (x INTEGER)']);
    newer.pragma('journal_mode = DELETE');
    newer.close();
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'data_directory_newer' }));
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('says which file is damaged when it is not a database', () => {
    const file = newFile();
    writeFileSync(file, 'not a database, but long enough to be read as one. '.repeat(100));
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({ code: 'catalog_damaged', data: { path: file } }),
    );
  });

  it('refuses rows that point to nothing', () => {
    const database = openDatabase(':memory:');
    const insert = () =>
      database.exec(`INSERT INTO metrics (run_id, name, step, value) VALUES ('none', 'loss', 1, 0.5)`);
    expect(insert).toThrow(/FOREIGN KEY/);
    database.close();
  });
});

describe('migrations', () => {
  it('make exactly the schema that is on record: to change it, append a migration', async () => {
    const database = openDatabase(':memory:');
    await expect(schemaOf(database)).toMatchFileSnapshot('schema.sql');
    database.close();
  });

  it.each(migrations.map((_, index) => index))('reach the newest schema from version %i, too', (version) => {
    const file = newFile();
    openDatabase(file, migrations.slice(0, version)).close();
    const [upgraded, fresh] = [openDatabase(file), openDatabase(':memory:')];
    expect(schemaOf(upgraded)).toBe(schemaOf(fresh));
    upgraded.close();
    fresh.close();
  });
});
