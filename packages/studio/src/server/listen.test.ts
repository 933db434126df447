import { get } from 'node:http';
import { expect, it } from 'vitest';
import { listen } from './listen.js';

it('tells a route when its client has gone', async () => {
  let gone = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    fetch: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          gone();
          resolve(new Response('too late'));
        });
      }),
  });
  const request = get({ port: server.port, host: '127.0.0.1' });
  request.on('error', () => undefined);
  setTimeout(() => request.destroy(), 50);
  await told;
  await server.close();
});

it('ends connections that wait, and gives the port back', async () => {
  const server = await listen({ host: '127.0.0.1', port: 0, fetch: () => new Promise(() => undefined) });
  const cut = new Promise<unknown>((resolve) => get({ port: server.port, host: '127.0.0.1' }).on('error', resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.close();
  expect(await cut).toBeInstanceOf(Error);
  const next = await listen({ host: '127.0.0.1', port: server.port, fetch: () => new Response('') });
  await expect(listen({ host: '127.0.0.1', port: server.port, fetch: () => new Response('') })).rejects.toThrow(
    `port ${server.port} is in use; give another with --port`,
  );
  await next.close();
  await expect(listen({ host: 'no-such-host.invalid', port: 0, fetch: () => new Response('') })).rejects.toThrow(
    'this machine cannot be reached by "no-such-host.invalid"',
  );
});
