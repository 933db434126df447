import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogitPack } from './logit-pack.node.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-pack-'));
  path = join(folder, 'a.logits');
});

afterEach(() => rm(folder, { recursive: true }));

const value = (n: number): Uint8Array => Uint8Array.from({ length: 10 + n }, (_, i) => (i * n) % 256);

async function write(keys: readonly string[], identity = 'mine'): Promise<void> {
  const pack = await openLogitPack(path, { identity });
  await Promise.all(keys.map((key) => pack.put(key, value(key.length), key.length / 2)));
  await pack.close();
}

describe('openLogitPack', () => {
  it('gives back what was put, also to whoever opens it later', async () => {
    await write(['a', 'bb']);
    await write(['ccc']);
    for (const readOnly of [false, true]) {
      const pack = await openLogitPack(path, { identity: 'mine', readOnly });
      for (const key of ['a', 'bb', 'ccc']) {
        expect(pack.has(key)).toBe(true);
        expect(Uint8Array.from(await pack.get(key))).toEqual(value(key.length));
        expect(pack.milliseconds(key)).toBe(key.length / 2);
      }
      expect(pack.has('d')).toBe(false);
      await expect(pack.get('d')).rejects.toThrow(/no logits are kept of d/);
      expect(pack.bytes).toBe((await stat(path)).size);
      await pack.close();
    }
  });

  it('cuts off a torn end wherever it is torn, and goes on from there', async () => {
    await write(['a', 'bb']);
    const whole = await stat(path);
    await write(['ccc']);
    const { size } = await stat(path);
    const bytes = await readFile(path);
    for (let cut = whole.size; cut < size; cut += 3) {
      await writeFile(path, bytes.subarray(0, cut));
      const pack = await openLogitPack(path, { identity: 'mine' });
      expect([pack.has('bb'), pack.has('ccc'), pack.bytes]).toEqual([true, false, whole.size]);
      await pack.close();
    }
    await write(['ccc']);
    expect(await readFile(path)).toEqual(bytes);
  });

  it('takes nothing that was changed: not when it is opened, and not when it is read', async () => {
    await write(['a', 'bb', 'ccc']);
    const bytes = await readFile(path);
    const at = bytes.indexOf('bb') + 5;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(path, bytes);
    const trusting = await openLogitPack(path, { identity: 'mine', readOnly: true });
    await expect(trusting.get('bb')).rejects.toThrow(/the logits of bb are damaged; remove the file/);
    await trusting.close();
    const pack = await openLogitPack(path, { identity: 'mine' });
    expect([pack.has('a'), pack.has('bb'), pack.has('ccc')]).toEqual([true, false, false]);
    await pack.close();
  });

  it('empties the file of something else, and does not read it', async () => {
    await write(['a']);
    await expect(openLogitPack(path, { identity: 'other', readOnly: true })).rejects.toThrow(/of something else/);
    const pack = await openLogitPack(path, { identity: 'other' });
    expect(pack.has('a')).toBe(false);
    await pack.close();
    await truncate(path, 0);
    await appendFile(path, 'this was never a pack of logits');
    await write(['a']);
    const again = await openLogitPack(path, { identity: 'mine' });
    expect(again.has('a')).toBe(true);
    await again.close();
  });
});
