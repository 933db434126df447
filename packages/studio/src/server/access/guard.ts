/** What every request passes before a route sees it: name of the host, origin, cookie, size. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { problem } from '../problem.js';
import { refusalOf } from './hosts.js';
import { askToSignIn, isSignedIn, type SignInOptions } from './sign-in.js';

/** An edit of a hundred thousand objects fits. */
export const MAX_BODY_BYTES = 64 << 20;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export const refuseForeign =
  (hosts: ReadonlySet<string>): MiddlewareHandler =>
  async (c, next) => {
    const reason = refusalOf(
      {
        host: c.req.header('host'),
        origin: c.req.header('origin'),
        site: c.req.header('sec-fetch-site'),
        navigates: c.req.header('sec-fetch-mode') === 'navigate',
        changes: !READS.has(c.req.method),
      },
      hosts,
    );
    return reason === undefined ? next() : problem(c, 403, reason, 'open the address that the terminal shows');
  };

export const requireSignIn =
  (options: SignInOptions): MiddlewareHandler =>
  async (c, next) =>
    isSignedIn(c, options) ? next() : askToSignIn(c, options);

const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => problem(c, 413, `a request may have ${MAX_BODY_BYTES >> 20} MiB at most`, 'send it in parts'),
});

/** A request that names neither length nor coding has no body (RFC 9112, 6.3), such as most that delete. */
export const limitBody: MiddlewareHandler = async (c, next) => {
  const hasBody = c.req.header('content-length') !== undefined || c.req.header('transfer-encoding') !== undefined;
  return hasBody ? limited(c, next) : next();
};
