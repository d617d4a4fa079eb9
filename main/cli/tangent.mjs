#!/usr/bin/env node
// The command's first file. It imports nothing of the program before it has made sure of two things:
// that this is a Node.js new enough for the native database module (an older one would crash, not
// complain), and that the build is not older than the sources.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = '22.15';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const builtCli = join(root, 'out', 'main', 'cli.js');

if (isOlder(process.versions.node, OLDEST_NODE)) handOver();
else {
  buildIfStale();
  await import(pathToFileURL(builtCli).href);
}

/** Whether a version comes before another by its first two numbers. */
function isOlder(version, other) {
  const [[major, minor], [otherMajor, otherMinor]] = [version, other].map((text) =>
    text.split('.').map(Number),
  );
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

/** Runs this file again with the Node.js that came with the packages, and ends as that one ends. */
function handOver() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const executable = join(
    root,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (!existsSync(executable)) {
    process.stderr.write(
      `tangent needs Node.js ${OLDEST_NODE} or newer; this is ${process.version}, and ${executable} is not installed.\n` +
        'Install a newer Node.js, or run "npm ci" again without --omit=optional.\n',
    );
    process.exit(3);
  }
  const child = spawn(executable, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // Ctrl-C goes to the terminal's whole process group, so the child has it already; this process only stays
  // until the child has ended. The others are sent to one process, and are passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** In a checkout, builds what is older than its sources; an installed program comes built. */
function buildIfStale() {
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  if (!existsSync(join(root, 'electron.vite.config.ts')) || !existsSync(builder)) return;
  const sources = ['main', 'preload', 'renderer', 'resources', 'electron.vite.config.ts', 'package.json'];
  const newest = Math.max(...sources.map((name) => newestChange(join(root, name))));
  // The page is built last: if it is there and newer than the sources, so is everything else.
  const page = join(root, 'out', 'renderer', 'index.html');
  if (existsSync(builtCli) && existsSync(page) && statSync(page).mtimeMs >= newest) return;
  process.stderr.write('Building Tangent Workbench (a few seconds, only after a change) …\n');
  const build = spawnSync(process.execPath, [builder, 'build'], { cwd: root, encoding: 'utf8' });
  if (build.status !== 0) {
    process.stderr.write(`${build.stdout}${build.stderr}\nThe build failed.\n`);
    process.exit(1);
  }
}

/** Time of the newest change of a file, or of anything in a folder. */
function newestChange(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
