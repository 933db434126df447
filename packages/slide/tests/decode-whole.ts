/** A whole slide by a page's decoders, in a page, in its worker and in Node: a digest of its pixels, or the error. */
import { blobSource, browserRuntime, openSource } from '../src/browser.js';

export interface PageAnswer {
  /** SHA-256 of all RGB pixels, in hexadecimal. */
  readonly digest?: string;
  readonly width?: number;
  readonly height?: number;
  /** `CODE: sentence` */
  readonly error?: string;
}

export async function decodeWhole(name: string, bytes: ArrayBuffer): Promise<PageAnswer> {
  try {
    const slide = await openSource(blobSource(new Blob([bytes]), name), browserRuntime);
    const { width, height } = slide;
    const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    await slide.close();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data.slice()));
    return { digest: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''), width, height };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { error: `${code}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
