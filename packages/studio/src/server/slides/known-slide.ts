/** The slide that an address names. */
import { HTTPException } from 'hono/http-exception';
import type { StudioContext, StudioSlide } from '../context.js';

/** @throws HTTPException 404 */
export function knownSlide(context: Pick<StudioContext, 'slide'>, id: string | undefined): StudioSlide {
  const slide = id === undefined ? undefined : context.slide(id);
  if (slide !== undefined) return slide;
  throw new HTTPException(404, { message: 'there is no such slide' });
}
