/** Types of philips-builder.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';
import type { Page, Tags } from './tiff-pages.mjs';
import type { FormOptions } from './tile-forms.mjs';

export interface XmlOptions {
  /** Millimetres per pixel of level 0, as levels state it. */
  readonly nominal?: number;
  /** Millimetres between rows and between columns of the slide; null leaves them out. */
  readonly measured?: readonly [number, number] | null;
  readonly derivation?: string;
  /** Base 64 by kind: LABELIMAGE, MACROIMAGE. */
  readonly pictures?: Readonly<Record<string, string>>;
  /** What levels state; undefined leaves one out. */
  readonly spacings?: readonly (readonly [number | string, number | string] | undefined)[];
  /** Further objects beside the slide. */
  readonly scans?: readonly string[];
}
export interface Level {
  readonly picture: Raster;
  readonly factor: number;
}
export interface PhilipsOptions extends Pick<FormOptions, 'side' | 'form'> {
  readonly xml?: XmlOptions;
  /** In place of the XML. */
  readonly xmlText?: string;
  readonly software?: string;
  readonly sparse?: (level: number, column: number, row: number) => boolean;
  /** Replaces tags of levels. */
  readonly tags?: Readonly<Record<number, Tags>>;
  readonly beside?: readonly Page[];
  readonly big?: boolean;
}
export function philipsXml(options: XmlOptions & { readonly factors: readonly number[] }): string;
export function jpegText(picture: Raster): string;
export function buildPhilips(levels: readonly Level[], options?: PhilipsOptions): Uint8Array<ArrayBuffer>;
