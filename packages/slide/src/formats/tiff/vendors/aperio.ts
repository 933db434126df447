/**
 * Aperio's SVS: tiled pages are levels; the thumbnail, the slide's label and the macro picture are stripped pages.
 * Source: OpenSlide's description of the format.
 */
import { parseNumber } from '@ftuseg/core';

export const isAperio = (description: string): boolean => description.startsWith('Aperio');

/** The value of `|MPP = 0.4990`; undefined if it is not stated, or no positive number. */
export function aperioMicrons(description: string): number | undefined {
  const microns = parseNumber(/(?:^|\|)\s*MPP\s*=([^|\r\n]*)/.exec(description)?.[1] ?? '');
  return microns > 0 ? microns : undefined;
}

/** What a page shows if it is no level. */
export function aperioName(number: number, tiled: boolean, description: string): string | undefined {
  if (number === 0 || tiled) return undefined;
  const second = description.split('\n')[1]?.trim().toLowerCase() ?? '';
  if (second.startsWith('label')) return 'label';
  if (second.startsWith('macro')) return 'macro';
  return number === 1 ? 'thumbnail' : `page ${number}`;
}
