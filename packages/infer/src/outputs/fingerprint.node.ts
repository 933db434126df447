/** Which prediction a file belongs to: a digest of all that the answer for a slide depends on. */
import { createHash } from 'node:crypto';
import { fileIdentity } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';
import type { Ensemble } from '../model/ensemble.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import type { OutlineChoice, OutputName } from './output-names.js';

export interface Prediction {
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice;
}

/** @returns SHA-256, hexadecimal */
export async function fingerprintOf(
  row: SlideRow,
  { ensemble, settings, outputs, outlines }: Prediction,
): Promise<string> {
  const unknown = { bytes: 0, modified: 0, etag: undefined };
  const { bytes, modified, etag } = await fileIdentity(row.image).catch(() => unknown);
  const models = ensemble.members.map(({ model: { source, card }, weight }) => [
    source.sha256 ?? source.name,
    card,
    weight,
  ]);
  const all = {
    format: 5,
    image: row.image,
    size: bytes,
    mtimeMs: modified,
    etag,
    micronsPerPixel: row.pixelSize ?? row.micronsPerPixel,
    settings,
    outputs,
    outlines,
    models,
  };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
