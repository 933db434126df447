/** What is validated, and how: the slides of a fold with their labels, and every setting that the scores depend on. */
import type { Rect } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';
import type { LossConfig } from '../config/loss.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import type { PassSettings } from '../network/passes.js';

export interface ValidationSlide {
  readonly id: string;
  readonly pixels: SlidePixels;
  /** Only these tiles are predicted and scored; undefined: the whole slide. */
  readonly tiles?: readonly Rect[] | undefined;
}

export interface ValidationOptions extends PassSettings {
  readonly classes: readonly string[];
  readonly tile: number;
  /** Share of a tile that neighbours have in common. */
  readonly overlap: number;
  readonly batchSize: number;
  readonly normalisation: Normalisation;
  readonly loss: LossConfig;
  readonly task: 'segment' | 'classify';
  /** A fixed probability threshold, or 'search' over 0.2 to 0.8. */
  readonly threshold: number | 'search';
  readonly onSlide?: (done: number) => void;
  /** Called between batches; throws to stop. */
  readonly stopIfAsked?: () => Promise<void>;
}
