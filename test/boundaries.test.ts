import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

interface Room {
  readonly rooms?: readonly string[];
  readonly packages?: readonly string[];
}

const root = dirname(import.meta.dirname);
const nodeRequire = createRequire(import.meta.url);
const { rooms } = nodeRequire('../.ci/rooms.cjs') as { rooms: Readonly<Record<string, Room>> };
const { imports: aliases } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  imports: Readonly<Record<string, string>>;
};

describe('the import rules between rooms', () => {
  const files = ['main', 'preload', 'renderer'].flatMap((folder) => listSources(folder));

  it('put every source file into a room', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it('are kept by every source file', () => {
    const broken = files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')));
    expect(broken).toEqual([]);
  });

  it('refuse what they exist to refuse', () => {
    expect(violations('main/host/open-host.ts', "import '#worker/channel';")).toHaveLength(1);
    expect(violations('main/host/open-host.ts', "import Database from 'better-sqlite3';")).toHaveLength(1);
    expect(
      violations('main/numerics/train/adam-w.ts', "import * as tf from '@tensorflow/tfjs';"),
    ).toHaveLength(1);
    expect(violations('main/numerics/engine/ops.ts', "import '#numerics/autodiff/trace';")).toHaveLength(1);
    expect(violations('renderer/state/x.ts', "import type { Host } from '#host/open-host';")).toHaveLength(1);
    expect(violations('renderer/views/x.ts', "import Plotly from 'plotly.js/lib/core';")).toHaveLength(1);
    expect(violations('main/cli/index.ts', "import { app } from 'electron';")).toHaveLength(1);
    expect(violations('preload/contract/api.ts', "import '../../main/host/open-host';")).toHaveLength(1);
  });
});

/** Lists what a file imports against the rules. */
function violations(file: string, source: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [`${file} is in no room`];
  const { rooms: allowedRooms = [], packages = [] } = rooms[room];
  return importsOf(file, source).flatMap((specifier) => {
    const target = resolveInside(file, specifier);
    if (target === null) {
      if (specifier.startsWith('node:')) return [];
      return packages.some((name) => specifier === name || specifier.startsWith(`${name}/`))
        ? []
        : [`${file} imports the package ${specifier}`];
    }
    const targetRoom = roomOf(target) ?? target;
    const isAllowed =
      targetRoom === room ||
      [room, ...allowedRooms].some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
    return isAllowed ? [] : [`${file} (${room}) imports ${target} (${targetRoom})`];
  });
}

function importsOf(file: string, source: string): string[] {
  const script = file.endsWith('.svelte')
    ? [...source.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, body]) => body).join('\n')
    : source;
  return ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Returns the path from the project's root for a file of ours, with its extension where it has none; null for a package. */
function resolveInside(file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return withExtension(normalize(join(dirname(file), specifier)));
  if (!specifier.startsWith('#')) return null;
  const alias = Object.keys(aliases).find((pattern) => specifier.startsWith(pattern.slice(0, -1)));
  if (alias === undefined) return specifier;
  return normalize(aliases[alias].replace('*', specifier.slice(alias.length - 1)));
}

function withExtension(path: string): string {
  return /\.(ts|svelte|json|css|mjs)$/.test(path) ? path : `${path}.ts`;
}

/** The innermost room that holds a file. */
function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)
    .at(0);
}

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => normalize(join(entry.parentPath, entry.name)).slice(root.length + 1));
}
