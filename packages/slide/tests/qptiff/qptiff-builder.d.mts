/** Types of qptiff-builder.mjs for tests in TypeScript. */
import type { Pixels } from '../ndpi/jpeg-encoder.mjs';
import type { Page, Tags, TiledOptions } from '../tiff-pages.mjs';

export interface Part extends Pick<TiledOptions, 'form' | 'tile'> {
  /** `FullResolution`, `ReducedResolution`, `Thumbnail`, `Overview`, `Label`. */
  readonly type: string | undefined;
  readonly picture: Pixels;
  /** In place of the description. */
  readonly xml?: string;
  readonly objective?: string;
  /** Micrometres per pixel. */
  readonly microns?: number;
  readonly tags?: Tags;
}
export function qptiffXml(type: string | undefined, objective?: string): string;
export function qptiffPages(parts: readonly Part[]): Page[];
export function buildQptiff(parts: readonly Part[], options?: { readonly big?: boolean }): Uint8Array<ArrayBuffer>;
