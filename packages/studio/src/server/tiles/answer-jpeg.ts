/** A picture as an answer: with a mark of its version, so that a browser that has it is told so before anything is read. */
import type { Context } from 'hono';

/** Pictures of patients stay in the browser that asked for them, and are asked for anew when the mark may have changed. */
const CACHING = 'private, max-age=600';

/**
 * @param mark without quotes
 * @param make called where the browser does not have it; undefined: there is no such picture
 */
export async function answerJpeg(
  c: Context,
  mark: string,
  make: () => Promise<Uint8Array | undefined>,
): Promise<Response | undefined> {
  const tag = `"${mark}"`;
  const headers = { etag: tag, 'cache-control': CACHING };
  const known = c.req.header('if-none-match');
  if (known?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)) {
    return new Response(null, { status: 304, headers });
  }
  const jpeg = await make();
  if (jpeg === undefined) return undefined;
  const body = new Uint8Array(jpeg.buffer as ArrayBuffer, jpeg.byteOffset, jpeg.length);
  return new Response(body, { headers: { ...headers, 'content-type': 'image/jpeg' } });
}
