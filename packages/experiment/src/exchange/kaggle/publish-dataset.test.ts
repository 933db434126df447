import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishDataset } from './publish-dataset.js';

let folder: string;
let env: NodeJS.ProcessEnv;
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-publish-'));
  await mkdir(at('bin'));
  await mkdir(at('up load'));
  await writeFile(at('up load', 'dataset-metadata.json'), '{ "id": "ada/models" }');
  env = { PATH: `${at('bin')}:/usr/bin:/bin`, HOME: folder, KAGGLE_USERNAME: 'ada', KAGGLE_KEY: 'not a key' };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A `kaggle` that notes what it was called with; `status` fails unless the data set exists. */
async function fakeKaggle(options: { readonly exists: boolean; readonly upload?: string }): Promise<void> {
  const log = `printf '%s|' "$@" >> '${at('log')}'; echo >> '${at('log')}'`;
  const status = options.exists ? 'echo ready' : 'echo "403 - Forbidden" >&2; exit 1';
  const body = `${log}\nif [ "$2" = status ]; then ${status}; else ${options.upload ?? 'echo done'}; fi\n`;
  await writeFile(at('bin', 'kaggle'), `#!/bin/sh\n${body}`);
  await chmod(at('bin', 'kaggle'), 0o755);
}

const calls = async (): Promise<string[]> => (await readFile(at('log'), 'utf8')).trim().split('\n');

describe('publishDataset', () => {
  it('creates what is new', async () => {
    await fakeKaggle({ exists: false });
    expect(await publishDataset(at('up load'), { env })).toEqual({ kind: 'created', id: 'ada/models' });
    expect(await calls()).toEqual(['datasets|status|ada/models|', `datasets|create|-p|${at('up load')}|`]);
  });

  it('makes a version of what exists', async () => {
    await fakeKaggle({ exists: true });
    const publication = await publishDataset(at('up load'), { env, message: 'second "stage"' });
    expect(publication.kind).toBe('updated');
    expect((await calls())[1]).toBe(`datasets|version|-p|${at('up load')}|-m|second "stage"|`);
  });

  it.each([
    ['echo "Starting"; echo "401 - Unauthorized." >&2; exit 1', '401 - Unauthorized'],
    // The real tool ends with 0 here.
    ['echo "Dataset creation error: The requested title is in use"; echo bye', 'The requested title is in use'],
    ['exit 3', 'kaggle did not take the data set: Command failed'],
  ])('passes on the failure of: %s', async (upload, said) => {
    await fakeKaggle({ exists: false, upload });
    const publishing = publishDataset(at('up load'), { env });
    await expect(publishing).rejects.toThrow(said);
    await expect(publishing).rejects.toThrow(`type \`kaggle datasets create -p '${at('up load')}'\``);
    await expect(publishing).rejects.toMatchObject({ code: 'unavailable', subject: 'ada/models' });
  });

  it('says what to type without the tool, without credentials, and when asked', async () => {
    const typed = {
      create: `kaggle datasets create -p '${at('up load')}'`,
      update: `kaggle datasets version -p '${at('up load')}' -m 'it'\\''s new'`,
    };
    const message = "it's new";
    const alone = { ...env, PATH: at('bin') };
    expect(await publishDataset(at('up load'), { env: alone, message })).toEqual({
      kind: 'manual',
      id: 'ada/models',
      reason: 'the tool `kaggle` is not on the PATH',
      ...typed,
    });
    await fakeKaggle({ exists: true });
    const unknown = { ...env, KAGGLE_KEY: undefined };
    const manual = await publishDataset(at('up load'), { env: unknown, message });
    expect(manual).toMatchObject({ kind: 'manual', reason: expect.stringContaining('no credentials'), ...typed });
    expect((await publishDataset(at('up load'), { env, dryRun: true })).kind).toBe('manual');
    await expect(calls()).rejects.toThrow('ENOENT');
    await mkdir(at('.kaggle'));
    await writeFile(at('.kaggle', 'kaggle.json'), '{}');
    expect((await publishDataset(at('up load'), { env: unknown })).kind).toBe('updated');
  });

  it('refuses other folders, and stops when asked', async () => {
    await fakeKaggle({ exists: true, upload: 'sleep 30' });
    await expect(publishDataset(at('nowhere'), { env })).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(at('dataset-metadata.json'), '[]');
    await expect(publishDataset(folder, { env })).rejects.toThrow('this names no data set');
    const signal = AbortSignal.timeout(300);
    await expect(publishDataset(at('up load'), { env, signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
