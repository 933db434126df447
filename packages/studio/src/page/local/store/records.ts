/** What is kept of slides and predictions beside their files. */
import { predictSettingsSchema } from '@ftuseg/infer/browser';
import { z } from 'zod';

/** The folder `slides/ID`, in it `slide.json`, `thumbnail.bmp`, `edits.jsonl` and `predictions/`. */
export const slideRecordSchema = z.object({
  id: z.string(),
  /** The file's. */
  name: z.string(),
  /** Octets. */
  bytes: z.number(),
  /** Of several files: a folder is chosen again, not a file. */
  isFolder: z.boolean().optional(),
  /** When it was last opened, milliseconds since 1970. */
  opened: z.number(),
  /** Of level 0, as a person stated it; it counts where the file states no scale. */
  micronsPerPixel: z.number().positive().optional(),
  /** What that scale rests on, where it was estimated; unset: a person typed it. */
  scaleEstimate: z
    .object({
      micronsPerPixel: z.number(),
      low: z.number(),
      high: z.number(),
      objects: z.number(),
      sizesFrom: z.enum(['model card', 'usual glomeruli']),
    })
    .optional(),
  /** Unset: it could not be opened. */
  facts: z
    .object({
      width: z.number(),
      height: z.number(),
      /** What was scanned of the slide; unset: all of it. */
      bounds: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
      pixelSize: z.object({ x: z.number(), y: z.number() }).optional(),
      format: z.string(),
      /** Of the file; unset also where an earlier version opened it. */
      warnings: z.array(z.string()).readonly().optional(),
      /** What its ICC profile means; unset where an earlier version opened it. */
      colours: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('none') }),
          z.object({ kind: z.enum(['srgb', 'converted']), profile: z.string() }),
          z.object({ kind: z.literal('unusable'), problem: z.string() }),
        ])
        .optional(),
      tileSize: z.number(),
      finest: z.number(),
    })
    .optional(),
});
export type SlideRecord = z.output<typeof slideRecordSchema>;

/** `predictions/ID.json`, beside the folder of its files. */
export const predictionRecordSchema = z.object({
  /** Of models and settings: the same on every slide. */
  id: z.string(),
  name: z.string(),
  models: z.array(z.object({ sha256: z.string(), name: z.string() })),
  classes: z.array(z.string()),
  /** By class. */
  thresholds: z.record(z.string(), z.number()),
  /** As they were chosen. */
  settings: predictSettingsSchema,
  /** Milliseconds since 1970. */
  begun: z.number(),
  /** Unset: it can go on. */
  finished: z
    .object({
      time: z.number(),
      /** By class. */
      counts: z.record(z.string(), z.number()),
      tissueMm2: z.number().optional(),
      warnings: z.array(z.string()),
      /** Of what was left out or assumed. */
      notes: z.array(z.string()).default([]),
    })
    .optional(),
});
export type PredictionRecord = z.output<typeof predictionRecordSchema>;

/** `models/SHA256.json`, beside `SHA256.onnx`. */
export const modelRecordSchema = z.object({
  sha256: z.string(),
  /** As its card calls it, and the file's name. */
  name: z.string(),
  file: z.string(),
  bytes: z.number(),
  /** What its card says, in a sentence. */
  summary: z.string(),
  /** Empty: nobody said. */
  licence: z.string(),
  classes: z.array(z.string()),
  /** Of its card, 0 to 1. */
  threshold: z.number(),
  /** Whether it works at micrometres per pixel. */
  needsScale: z.boolean(),
});
export type ModelRecord = z.output<typeof modelRecordSchema>;

/** Everything that is known of a slide's work. */
export interface SlideWork {
  readonly slide: SlideRecord;
  readonly predictions: readonly PredictionRecord[];
  /** Of its log of corrections. */
  readonly revision: number;
  /** The prediction that its corrections stand on; undefined: there are none yet, or they began before any prediction had ended. */
  readonly corrects: string | undefined;
}
