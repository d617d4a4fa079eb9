import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '#test/support/temp-folder';

const entry = join(dirname(dirname(import.meta.dirname)), 'out', 'main', 'localhost.js');

describe('the localhost entry', () => {
  it('serves the page to whoever has its address, and gives the data directory free when it ends', async () => {
    const env = { ...process.env, TANGENT_DATA_DIR: tempFolder() };
    const first = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [address] = (await once(createInterface({ input: first.stdout }), 'line')) as [string];
    const entered = await fetch(address, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    const cookie = entered.headers.get('set-cookie')!.split(';')[0];
    const page = await fetch(new URL('/', address), { headers: { cookie } });
    expect(await page.text()).toContain('<title>Tangent Workbench</title>');

    const second = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const [message] = (await once(createInterface({ input: second.stderr }), 'line')) as [string];
    expect(message).toContain('owns this data directory');
    expect(await once(second, 'exit')).toEqual([1, null]);

    first.kill('SIGTERM');
    expect(await once(first, 'exit')).toEqual([0, null]);
    const third = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: third.stdout }), 'line');
    third.kill('SIGTERM');
    expect(await once(third, 'exit')).toEqual([0, null]);
  });
});
