/** All routes in their order: what is common comes first, the page last. */
import { Hono } from 'hono';
import { limitBody, refuseForeign, requireSignIn } from './access/guard.js';
import { securityHeaders } from './access/headers.js';
import { type SignInOptions, signInRoutes } from './access/sign-in.js';
import { answerError, problem } from './problem.js';

export interface AppOptions {
  readonly hosts: ReadonlySet<string>;
  readonly signIn: SignInOptions;
  /** In order; the page's files are the last. */
  readonly groups: readonly Hono[];
  /** Told of errors that are defects. */
  readonly onError: (error: unknown) => void;
}

export function studioApp({ hosts, signIn, groups, onError }: AppOptions): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    const response = answerError(error, c);
    if (response.status === 500) onError(error);
    return response;
  });
  app.notFound((c) => problem(c, 404, 'there is nothing at this address'));
  app.use(securityHeaders, refuseForeign(hosts), limitBody);
  app.route('/', signInRoutes(signIn));
  app.use(requireSignIn(signIn));
  for (const group of groups) app.route('/', group);
  return app;
}
