/** The HTTP server: how long it waits for slow clients, and how many there may be. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FtuError } from '@ftuseg/core';
import { systemCode } from '@ftuseg/files';
import { createAdaptorServer } from '@hono/node-server';

/** Of the header of a request, and of all of it: a client that sends a byte now and then is cut off. */
const HEADERS_MILLISECONDS = 10_000;
const REQUEST_MILLISECONDS = 120_000;
const CHECK_MILLISECONDS = 2000;
const KEEP_ALIVE_MILLISECONDS = 30_000;
const MAX_HEADER_BYTES = 16 << 10;
const MAX_CONNECTIONS = 512;

export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Shorter for tests. */
  readonly headersMilliseconds?: number | undefined;
}

/** @throws FtuError `unavailable` for a port in use, `io` for an address that this machine does not have */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port, fetch, headersMilliseconds = HEADERS_MILLISECONDS } = options;
  const server = createAdaptorServer({
    fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: headersMilliseconds,
      requestTimeout: REQUEST_MILLISECONDS,
      connectionsCheckingInterval: Math.min(CHECK_MILLISECONDS, headersMilliseconds),
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(cause: Error, host: string, port: number): FtuError {
  const code = systemCode(cause);
  if (code === 'EADDRINUSE') {
    return new FtuError('unavailable', `port ${port} is in use`, { hint: 'give another with --port', cause });
  }
  if (code === 'EACCES') {
    return new FtuError('io', `port ${port} may not be used`, { hint: 'give one from 1024 on with --port', cause });
  }
  return new FtuError('io', `this machine cannot be reached by "${host}"`, { hint: 'check --host', cause });
}
