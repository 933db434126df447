/** What a cascade did to a slide, in numbers and in words. */
import { counted, percent, type Rect } from '@ftuseg/core';
import type { TileChoice } from './tile-choice.js';

/** As `predictions.json` has it of each slide. */
export interface CascadeFacts {
  /** File of the coarse network. */
  readonly model: string;
  /** As its card has them: the share of objects that was asked for, the threshold (0..1), and the margin in micrometres. */
  readonly recall: number;
  readonly threshold: number;
  readonly margin: number;
  /** Tiles of all models times views that the coarse network left to look at; some of them may be background. */
  readonly tiles: number;
  /** Of the slide's tissue, what these tiles cover, 0..1. */
  readonly tissueShare: number;
}

/** @param tiles of the plan, times views */
export const cascadeNote = ({ tissueShare, tiles: chosen }: CascadeFacts, tiles: number): string =>
  `cascade: ${percent(tissueShare)} of the tissue was looked at twice (${chosen} of ${tiles} tiles)`;

/** Where nothing was looked at again. */
export const nothingSeen = ({ threshold }: CascadeFacts): string =>
  `no tile was looked at by the models: the coarse network of the cascade saw nothing that reaches ${Number(threshold.toPrecision(3))}; look at the slide, and predict without --cascade if there is something`;

/**
 * @param boxes of objects, level-0 pixels
 * @returns a sentence where objects reach into tiles that were not computed, so that their outlines may be cut; else undefined
 */
export function cutObjects(boxes: readonly Rect[], choice: TileChoice): string | undefined {
  const cut = boxes.filter((box) => !choice.covers(box)).length;
  if (cut === 0) return undefined;
  const verb = cut === 1 ? 'reaches' : 'reach';
  return `${cut} of ${counted(boxes.length, 'object')} ${verb} out of the tiles that the cascade looked at, so that outlines may be cut there; predict without --cascade to see the whole`;
}
