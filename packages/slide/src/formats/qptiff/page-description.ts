/** The XML that describes a page of a QPTIFF. Entities of a DTD are not expanded by the parser. */
import { parseNumber } from '@ftuseg/core';
import { SaxesParser } from 'saxes';

const ROOT = 'PerkinElmer-QPI-ImageDescription';

export interface PageDescription {
  /** `FullResolution`, `ReducedResolution`, `Thumbnail`, `Overview`, `Label`; empty where it is not said. */
  readonly type: string;
  /** Magnification. */
  readonly objectivePower: number | undefined;
}

export const isQptiff = (description: string): boolean => description.includes(`<${ROOT}`);

/** @returns undefined for a text that is not well-formed, or is no description of a page */
export function parsePageDescription(xml: string): PageDescription | undefined {
  const parser = new SaxesParser();
  const texts = new Map<string, string>();
  const open: string[] = [];
  let text = '';
  let broken = false;
  parser.on('error', () => {
    broken = true;
  });
  parser.on('opentag', ({ name }) => {
    open.push(name);
    text = '';
  });
  parser.on('text', (more) => {
    text += more;
  });
  parser.on('closetag', ({ name }) => {
    // Elements of the same names lie deeper, in the profile of the scan.
    if (open.length === 2 && open[0] === ROOT && !texts.has(name)) texts.set(name, text.trim());
    open.pop();
    text = '';
  });
  // A byte order mark is no part of it.
  parser.write(xml.replace(/^\uFEFF/, '')).close();
  if (broken || !isQptiff(xml)) return undefined;
  const power = parseNumber(/^([\d.]+)\s*x/i.exec(texts.get('Objective') ?? '')?.[1] ?? '');
  return { type: texts.get('ImageType') ?? '', objectivePower: power > 0 ? power : undefined };
}
