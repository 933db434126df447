/** Who may come in: a token that works once becomes a cookie; the secret of a token file also works as a bearer token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = (): string => randomBytes(32).toString('base64url');

/** Takes the same time whatever is given. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

export interface Keys {
  /** The token that the next browser may use, once. */
  readonly token: () => string;
  /** Trades a token, or the lasting secret, for the value of a cookie. */
  readonly trade: (given: string) => string | undefined;
  readonly isCookie: (given: string) => boolean;
  readonly isBearer: (given: string) => boolean;
}

/**
 * @param lasting secret of a token file
 * @param onSpent called with the next token when one was used
 */
export function makeKeys(lasting: string | undefined, onSpent: (token: string) => void): Keys {
  const cookie = secret();
  let token = secret();
  const isBearer = (given: string): boolean => lasting !== undefined && same(given, lasting);
  return {
    token: () => token,
    trade: (given) => {
      if (isBearer(given)) return cookie;
      if (!same(given, token)) return undefined;
      token = secret();
      onSpent(token);
      return cookie;
    },
    isCookie: (given) => same(given, cookie),
    isBearer,
  };
}
