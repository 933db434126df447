/** A folder of `ftu predict` as the studio knows it. */
import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import {
  disagreementNames,
  factsName,
  geoJsonName,
  maskName,
  objectsName,
  overlayName,
  probabilityNames,
} from '@ftuseg/infer';
import type { OpenPrediction, StudioSlide } from '../context.js';
import { modelName, type ReportedSlide, readPredictionReport } from './report.js';

export interface ReadPrediction extends OpenPrediction {
  /** By the id of the slide table. */
  readonly reported: ReadonlyMap<string, ReportedSlide>;
}

/** A regular file inside the folder: a link that leads out of it is not followed. */
function fileInside(folder: string, name: string): string | undefined {
  try {
    const path = realpathSync(join(folder, name));
    return path.startsWith(`${folder}${sep}`) && statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param name what people read; the folder's name if unset
 * @throws FtuError as `readPredictionReport`
 */
export async function openPrediction(given: string, name?: string): Promise<ReadPrediction> {
  const report = await readPredictionReport(given);
  const folder = await realpath(resolve(given));
  const [{ card }] = report.models as [PredictionModel, ...PredictionModel[]];
  const { classes } = card;
  const nameOf = (output: Parameters<OpenPrediction['fileOf']>[0], id: string, className: string | undefined) => {
    if (output === 'probability' || output === 'disagreement') {
      const at = className === undefined ? 0 : classes.indexOf(className);
      return (output === 'probability' ? probabilityNames : disagreementNames)(id, classes)[at];
    }
    return { geojson: geoJsonName, objects: objectsName, mask: maskName, facts: factsName, overlay: overlayName }[
      output
    ](id);
  };
  return {
    id: `p${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`,
    name: name ?? basename(folder),
    folder,
    models: report.models.map(modelName),
    classes,
    thresholds: Object.fromEntries(classes.map((name, c) => [name, report.settings.threshold[c] ?? card.threshold])),
    reported: new Map(report.slides.map((slide) => [slide.id, slide])),
    fileOf: (output, slide: StudioSlide, className) => {
      const name = nameOf(output, slide.row.id, className);
      return name === undefined ? undefined : fileInside(folder, name);
    },
  };
}

type PredictionModel = Awaited<ReturnType<typeof readPredictionReport>>['models'][number];
