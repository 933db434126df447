/** Windows over the server's own routes: what the page and the server say to each other is the same protocol. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { object, type SmallStudio, smallStudio } from '../../tests/edits/small-context.js';
import { EditDocument } from './edit-document.js';
import { httpTransport } from './http-transport.js';

let folder = '';
let studio: SmallStudio;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-http-'));
  studio = await smallStudio(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ask = async (address: string, init?: RequestInit): Promise<Response> => studio.app.request(address, init);
const open = (asking = ask): Promise<EditDocument> =>
  EditDocument.open(httpTransport('s-a', asking), { wait: () => Promise.resolve() });

it('joins two windows, and offers both shapes of one object', async () => {
  const [first, second] = [await open(), await open()];
  first.propose('brush', [{ kind: 'put', object: object('a', 0, 0) }]);
  await first.settled();
  second.propose('brush', [{ kind: 'put', object: object('a', 50, 0) }]);
  second.propose('brush', [{ kind: 'put', object: object('b', 300, 0) }]);
  await second.settled();
  expect(second.conflicts).toEqual([{ id: 'a', mine: object('a', 50, 0), theirs: object('a', 0, 0) }]);
  second.resolve('a', 'both');
  await second.settled();
  await first.refresh();
  expect([first.revision, second.revision, first.changed.size]).toEqual([3, 3, 3]);
  expect(new Map(first.changed)).toEqual(new Map(second.changed));
  expect(new Map((await open()).changed)).toEqual(new Map(first.changed));
});

it('says why an edit was refused, and takes what is no answer of the server for none', async () => {
  const document = await open();
  document.propose('brush', [{ kind: 'put', object: object('far', 950, 0) }]);
  await document.settled();
  expect([document.status, document.problem?.problem]).toEqual([
    'refused',
    'object far reaches beyond the slide of 1000 x 1000 pixels',
  ]);
  document.discard();
  let asked = 0;
  const behindProxy = await open(async (address, init) => {
    asked++;
    return asked === 2 ? new Response('<html>bad gateway</html>', { status: 502 }) : ask(address, init);
  });
  behindProxy.propose('brush', [{ kind: 'put', object: object('a', 0, 0) }]);
  await behindProxy.settled();
  expect([behindProxy.status, behindProxy.revision, asked]).toEqual(['saved', 1, 3]);
  const unknown = EditDocument.open(httpTransport('s-z', ask));
  await expect(unknown).rejects.toThrow('there is no such slide');
});
