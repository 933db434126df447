/** What a slide's corrections begin from: the prediction that is corrected, else the truth of the slide table, else nothing. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ioError, isAddress, localCopy } from '@ftuseg/files';
import { truthSource } from '@ftuseg/slide';
import type { BaseRecord } from '../../../edits/log/log-line.js';
import type { StudioContext, StudioSlide } from '../../context.js';

export interface BaseSource {
  readonly kind: BaseRecord['kind'];
  readonly name: string;
  /** Of a prediction's GeoJSON, or of the file that holds the truth. */
  readonly path: string | undefined;
}

export function baseSource(context: Pick<StudioContext, 'session' | 'predictions'>, slide: StudioSlide): BaseSource {
  const { corrects } = context.session();
  const prediction = context.predictions().find(({ id }) => id === corrects);
  const path = prediction?.fileOf('geojson', slide);
  if (prediction !== undefined && path !== undefined) return { kind: 'prediction', name: prediction.name, path };
  const truth = truthSource(slide.row);
  if (truth === undefined) return { kind: 'nothing', name: '', path: undefined };
  if (truth.kind === 'rle') return { kind: 'truth', name: 'run-length code', path: undefined };
  return { kind: 'truth', name: basename(truth.path), path: truth.path };
}

/**
 * What tells that the objects are still the same.
 * @param known an earlier record: a file of its size and time is not read again
 * @throws FtuError `not-found`, `io`
 */
export async function recordOf(
  { kind, name, path }: BaseSource,
  slide: StudioSlide,
  known?: BaseRecord,
): Promise<BaseRecord> {
  if (path === undefined) {
    const { rle = '' } = slide.row;
    const sha256 = kind === 'nothing' ? '' : createHash('sha256').update(rle).digest('hex');
    return { kind, name, sha256, size: kind === 'nothing' ? 0 : rle.length, changed: 0 };
  }
  const local = await localCopy(path);
  const { size, mtimeMs } = await stat(local).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  // A copy of a file at an address is as old as the session.
  const changed = isAddress(path) ? 0 : Math.round(mtimeMs);
  const isKnown =
    changed !== 0 && known !== undefined && known.size === size && known.changed === changed && known.name === name;
  const { annotationOrigin } = slide.row;
  const origin = kind === 'truth' && annotationOrigin !== undefined ? { origin: annotationOrigin } : {};
  return { kind, name, sha256: isKnown ? known.sha256 : await hashOf(local), size, ...origin, changed };
}

/** Whether the same objects lie at the same places. */
export const isSameBase = (one: BaseRecord, other: BaseRecord): boolean =>
  one.sha256 === other.sha256 && one.origin === other.origin;

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
