/** `models.json` of a folder of static files: which models lie beside the page, what they weigh, and what their cards say, before any is loaded. */
import type { ModelCard } from '@ftuseg/nn';
import { z } from 'zod';

export const modelsFileSchema = z.object({
  models: z.array(
    z.object({
      /** What people call it. */
      name: z.string().min(1),
      /** Relative to `models.json`. */
      file: z.string().regex(/^[\w.-]+$/, 'the name of a file beside it'),
      /** Of the file. */
      bytes: z.int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** See `cardSummary`. */
      summary: z.string(),
      /** Of the weights, such as `MIT`; empty where nobody said. */
      licence: z.string(),
    }),
  ),
});
export type ModelsFile = z.output<typeof modelsFileSchema>;
export type OfferedModel = ModelsFile['models'][number];

const scaleOf = ({ micronsPerPixel, downsample }: ModelCard): string => {
  if (micronsPerPixel !== null) return `${micronsPerPixel} µm per pixel`;
  return downsample === null || downsample === undefined ? 'no known scale' : `1/${downsample} of the slide's pixels`;
};

/**
 * What a person should know of a model before she uses it.
 * @example
 * cardSummary(card); // 'Finds glomerulus: Unet on efficientnet-b0, tiles of 512 px at 0.5 µm per pixel, threshold 0.5, calibrated on 8 slides.'
 */
export function cardSummary(card: ModelCard): string {
  const { classes, decoder, encoder, tileSize, threshold, calibration } = card;
  const parts = [
    `${decoder} on ${encoder}`,
    `tiles of ${tileSize} px at ${scaleOf(card)}`,
    `threshold ${Number(threshold.toFixed(3))}`,
    calibration === undefined ? 'not calibrated' : `calibrated on ${calibration.slides} slides`,
  ];
  return `Finds ${classes.join(', ')}: ${parts.join(', ')}.`;
}

/** @returns the licence that a card's training notes state; empty where they say none */
export function cardLicence({ training }: ModelCard): string {
  const stated = training.licence ?? training.license;
  return typeof stated === 'string' ? stated : '';
}

const MEGA = 1_000_000;

/** @example sizeWords(25_300_000); // '25 MB' */
export const sizeWords = (bytes: number): string =>
  bytes < MEGA ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${Number((bytes / MEGA).toPrecision(2))} MB`;
