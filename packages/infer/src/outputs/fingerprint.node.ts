/** Which prediction a file belongs to: a digest of all that the answer for a slide depends on. */
import { createHash } from 'node:crypto';
import { FtuError } from '@ftuseg/core';
import { fileIdentity } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';
import type { Cascade } from '../cascade/cascade.js';
import type { Ensemble } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { sclerosisClasses } from './glomerulus-classes.js';
import type { OutlineChoice, OutputName } from './output-names.js';
import type { ScaledRow } from './scale-estimate.js';

export interface Prediction {
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
  /** What decides where the models look; undefined: they look everywhere. */
  readonly cascade?: Pick<Cascade, 'model'> | undefined;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice;
  /** See `PredictTableOptions`. */
  readonly contentOf?: ((path: string) => Promise<string | undefined>) | undefined;
}

async function identityOf({ image }: SlideRow, contentOf: Prediction['contentOf']): Promise<object> {
  const unknown = { bytes: 0, modified: 0, etag: undefined };
  if (contentOf !== undefined) {
    const content = await contentOf(image).catch((error: unknown) => {
      // What is wrong with a file is said when it is opened.
      if (error instanceof FtuError && error.code !== 'cancelled') return undefined;
      throw error;
    });
    if (content !== undefined) return { content };
  }
  const { bytes, modified, etag } = await fileIdentity(image).catch(() => unknown);
  return { image, size: bytes, mtimeMs: modified, etag };
}

/** @returns SHA-256, hexadecimal */
export async function fingerprintOf(
  row: ScaledRow,
  { ensemble, settings, cascade, outputs, outlines, contentOf }: Prediction,
): Promise<string> {
  const identity = ({ source, card }: SegmentationModel) => [
    source.sha256 ?? source.name,
    card,
    // Float32 and 8 bits give other numbers; JSON leaves nothing in its place for all other networks.
    ...(source.arithmetic === undefined ? [] : [source.arithmetic]),
  ];
  const models = ensemble.members.map(({ model, weight }) => [...identity(model), weight]);
  const all = {
    format: 5,
    ...(await identityOf(row, contentOf)),
    micronsPerPixel: row.pixelSize ?? row.micronsPerPixel,
    // JSON leaves nothing in the place of a scale that was stated.
    scaleEstimate: row.scaleEstimate,
    settings,
    outputs,
    outlines,
    models,
    ...(cascade === undefined ? {} : { cascade: identity(cascade.model) }),
    // An earlier version wrote all GeoJSON from the corner of the slide.
    ...(outputs.includes('geojson') ? { geojson: 'from the scanned bounds' } : {}),
    // What an earlier version counted object by object is not put into one table with what is counted now.
    ...(sclerosisClasses(ensemble.classes) === undefined ? {} : { glomeruli: 'touching objects are one' }),
  };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
