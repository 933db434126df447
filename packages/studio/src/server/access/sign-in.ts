/** The way in: the address with its token, and for others on the network a form. Both end in a cookie that pages of other sites never send. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import type { Keys } from './keys.js';

/** Who has not signed in yet may send this much. */
const MAX_FORM_BYTES = 4096;

export interface SignInOptions {
  readonly keys: Keys;
  /** Cookies do not tell ports apart, and two studios may run. */
  readonly cookie: () => string;
  /** There is a lasting secret to type. */
  readonly form: boolean;
}

const document = (body: string, head = ''): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  `<meta name="color-scheme" content="light dark"><title>ftuseg studio</title>${head}</head><body><main>${body}</main></body></html>`;

const FORM =
  '<form method="post" action="/sign-in"><p><label>Token <input name="token" type="password" required autocomplete="off"></label> ' +
  '<button>Sign in</button></p></form>';

const refusal = (form: boolean): string =>
  document(
    '<h1>ftuseg studio</h1><p>Open the address that the terminal shows last. Each address with a token works once.</p>' +
      (form ? `<p>Or type the secret of the token file.</p>${FORM}` : ''),
  );

/** A page of its own goes on to the studio: after a redirect from another site's link the browser would keep the cookie back. */
const WELCOME = document('<p><a href="/">To the studio</a></p>', '<meta http-equiv="refresh" content="0;url=/">');

export const isSignedIn = (c: Context, { keys, cookie }: SignInOptions): boolean => {
  const value = getCookie(c, cookie());
  if (value !== undefined && keys.isCookie(value)) return true;
  const [, bearer] = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return bearer !== undefined && keys.isBearer(bearer);
};

/** What somebody without a cookie gets: a page where they look for one, else a sentence in JSON. */
export const askToSignIn = (c: Context, { form }: SignInOptions): Response =>
  c.req.path === '/'
    ? c.html(refusal(form), 401)
    : c.json({ problem: 'this needs the cookie of the studio', hint: 'open the address that the terminal shows' }, 401);

export function signInRoutes(options: SignInOptions): Hono {
  const { keys, cookie, form } = options;
  const app = new Hono();
  const enter = (c: Context, token: string): Response => {
    const value = keys.trade(token);
    if (value === undefined) return isSignedIn(c, options) ? c.redirect('/', 303) : c.html(refusal(form), 403);
    setCookie(c, cookie(), value, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return c.html(WELCOME);
  };
  app.get('/', async (c, next) => {
    const token = c.req.query('token');
    return token === undefined ? next() : enter(c, token);
  });
  app.post('/sign-in', bodyLimit({ maxSize: MAX_FORM_BYTES }), async (c) => {
    const token = form ? (await c.req.parseBody()).token : undefined;
    return typeof token === 'string' ? enter(c, token) : c.html(refusal(form), 403);
  });
  return app;
}
