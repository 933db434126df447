/** Types of qptiff-builder.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';
import type { Tags } from './tiff-pages.mjs';
import type { FormOptions } from './tile-forms.mjs';

export interface Part extends Pick<FormOptions, 'form' | 'side'> {
  /** `FullResolution`, `ReducedResolution`, `Thumbnail`, `Overview`, `Label`. */
  readonly type: string | undefined;
  readonly picture: Raster;
  /** In place of the description. */
  readonly xml?: string;
  readonly objective?: string;
  /** Micrometres per pixel. */
  readonly microns?: number;
  readonly tags?: Tags;
}
export function qptiffXml(type: string | undefined, objective?: string): string;
export function buildQptiff(parts: readonly Part[], options?: { readonly big?: boolean }): Uint8Array<ArrayBuffer>;
