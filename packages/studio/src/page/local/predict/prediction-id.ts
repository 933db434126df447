/** The same models and settings are the same prediction, on every slide and in every session. */
import type { PredictSettings } from '@ftuseg/infer/browser';
import { sha256 } from '../slides/identity.js';
import type { ModelRecord } from '../store/records.js';

/** @returns 16 hexadecimal digits */
export async function predictionId(models: readonly ModelRecord[], settings: PredictSettings): Promise<string> {
  const names = Object.keys(settings).sort();
  const chosen = names.map((name) => [name, Object.entries(settings).find(([one]) => one === name)?.[1] ?? null]);
  const text = JSON.stringify([models.map((model) => model.sha256).sort(), chosen]);
  return (await sha256(new TextEncoder().encode(text))).slice(0, 16);
}

/** @example predictionName(models, { threshold: 0.6 }); // 'glom, threshold 0.6' */
export function predictionName(models: readonly ModelRecord[], settings: PredictSettings): string {
  const { threshold, views, crf, minimumArea, micronsPerPixel } = settings;
  return [
    models.map(({ name }) => name).join(' + '),
    ...(threshold === undefined ? [] : [`threshold ${threshold}`]),
    ...(views === undefined || views === 'none' ? [] : [`views ${views}`]),
    ...(crf === undefined || crf === 'none' ? [] : [`crf ${crf}`]),
    ...(minimumArea === undefined ? [] : [minimumArea === 0 ? 'of any size' : `from ${minimumArea} µm²`]),
    ...(micronsPerPixel === undefined ? [] : [`${micronsPerPixel} µm per pixel`]),
  ].join(', ');
}
