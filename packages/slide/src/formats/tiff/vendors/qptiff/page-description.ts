/** The XML that describes a page of a QPTIFF. */
import { parseNumber } from '@ftuseg/core';
import type { TiffFile } from '../../structure/file.js';
import { visitXml } from '../visit-xml.js';

const ROOT = 'PerkinElmer-QPI-ImageDescription';

export interface PageDescription {
  /** `FullResolution`, `ReducedResolution`, `Thumbnail`, `Overview`, `Label`; empty where it is not said. */
  readonly type: string;
  /** Magnification. */
  readonly objectivePower: number | undefined;
}

export const isQptiff = (description: string): boolean => description.includes(`<${ROOT}`);

/** @throws {SlideError} `bad-input` for what is not well-formed */
export function parsePageDescription(file: TiffFile, where: string, xml: string): PageDescription {
  const texts = new Map<string, string>();
  // Elements of the same names lie deeper, in the profile of the scan.
  const close = (path: string, text: string): void => {
    const [root, name, ...deeper] = path.split('/');
    if (root === ROOT && name !== undefined && deeper.length === 0 && !texts.has(name)) texts.set(name, text);
  };
  visitXml(file, xml, where, { close });
  const power = parseNumber(/^([\d.]+)\s*x/i.exec(texts.get('Objective') ?? '')?.[1] ?? '');
  return { type: texts.get('ImageType') ?? '', objectivePower: power > 0 ? power : undefined };
}
