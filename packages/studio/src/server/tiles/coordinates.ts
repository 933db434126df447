/** Numbers in an address: digits, and not more of them than any slide needs. */
import { HTTPException } from 'hono/http-exception';

/** Beyond every slide's number of tiles, and below what arithmetic on pixels takes. */
export const MAX_COORDINATE = 9_999_999;

/** @throws HTTPException 400 for what is no whole number from 0 to `MAX_COORDINATE` */
export function coordinate(text: string | undefined, what: string): number {
  const value = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) {
    throw new HTTPException(400, { message: `${what} must be a whole number from 0 to ${MAX_COORDINATE}` });
  }
  return value;
}
