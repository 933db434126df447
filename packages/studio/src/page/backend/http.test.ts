import { describe, expect, it } from 'vitest';
import { BackendError } from './backend.js';
import { httpBackend } from './http.js';
import { UNREACHABLE } from './requests.js';

const answering =
  (status: number, body: unknown): typeof fetch =>
  async () =>
    new Response(JSON.stringify(body), { status });

const failure = async (ask: typeof fetch, heard: boolean[] = []): Promise<BackendError> => {
  const error = await httpBackend({ fetch: ask, heard: (reached) => heard.push(reached) })
    .slides()
    .catch((caught: unknown) => caught);
  if (!(error instanceof BackendError)) throw new Error('it did not fail as it should');
  return error;
};

describe('httpBackend', () => {
  it('says what the server says', async () => {
    const refused = await failure(answering(422, { problem: 'the file is cut off', hint: 'copy it again' }));
    expect([refused.kind, refused.message, refused.status]).toEqual([
      'refused',
      'The file is cut off. Copy it again.',
      422,
    ]);
    expect((await failure(answering(401, {}))).kind).toBe('signed-out');
    expect((await failure(async () => new Response('<html>', { status: 502 }))).message).toContain('502');
  });

  it('tells whether anybody answers', async () => {
    const heard: boolean[] = [];
    const silent = await failure(() => Promise.reject(new TypeError('failed')), heard);
    expect([silent.kind, silent.message, heard]).toEqual(['unreachable', UNREACHABLE, [false]]);
    await httpBackend({ fetch: answering(200, []), heard: (reached) => heard.push(reached) }).slides();
    expect(heard).toEqual([false, true]);
  });

  it('takes a request that the page gave up for no silence', async () => {
    const heard: boolean[] = [];
    const given = AbortSignal.abort();
    const backend = httpBackend({ fetch: () => Promise.reject(given.reason), heard: (reached) => heard.push(reached) });
    await expect(backend.outlines('s', 'l').chunk(0, given)).rejects.toThrow();
    expect(heard).toEqual([]);
  });

  it('reads a large index once, and again after it failed', async () => {
    let asked = 0;
    const backend = httpBackend({
      fetch: async () => {
        asked += 1;
        return asked === 1 ? new Response('{}', { status: 503 }) : new Response(new Uint8Array(4));
      },
    });
    await expect(backend.outlines('s', 'l').index()).rejects.toThrow();
    const [one, other] = await Promise.all([backend.outlines('s', 'l').index(), backend.outlines('s', 'l').index()]);
    expect(one).toBe(other);
    expect(asked).toBe(2);
  });
});
