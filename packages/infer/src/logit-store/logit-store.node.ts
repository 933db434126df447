/** A folder of what networks said: a file for each model, slide and grid, so that none of them is asked the same thing twice. */
import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileIdentity, makeFolder } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';
import type { SegmentationModel } from '../model/model.js';
import { keepsToCard, keyOf } from '../plan/colour-choice.js';
import type { Member } from '../plan/plan.js';
import { int8UnitHere } from '../session/processor-int8.node.js';
import { type LogitPack, openLogitPack } from './logit-pack.node.js';

export interface LogitStoreOptions {
  readonly folder: string;
  /** Digest of the code that reads slides and runs networks: what another code has kept is not taken. */
  readonly code: string;
}

/** Characters of digests in names: 64 bits are enough to tell files apart, and inside each stands whose it is. */
const NAME = 16;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const modelOf = ({ source }: Pick<SegmentationModel, 'source'>): string => source.sha256 ?? source.name;

/** The file of one member's answers for one slide; `readOnly` as in `openLogitPack`. */
export async function openMemberPack(
  { folder, code }: LogitStoreOptions,
  { image }: Pick<SlideRow, 'image'>,
  { model, grid, gate, colours, layout: { tile } }: Member,
  readOnly = false,
): Promise<LogitPack> {
  const { bytes: size, modified: mtimeMs, etag } = await fileIdentity(image);
  const place = join(folder, digest(modelOf(model)).slice(0, NAME));
  if (!readOnly) await makeFolder(place);
  // Gated logits are other answers; undefined leaves names as they were.
  const gated = gate === undefined ? [] : [gate];
  // The model's digest covers the colours of its card.
  const coloured = keepsToCard(colours, model.card) ? [] : [keyOf(colours)];
  // A network in 8 bits gives other numbers on processors that compute it otherwise.
  const computed = model.card.quantisation === undefined ? [] : [await int8UnitHere()];
  const name = digest(JSON.stringify([image, grid, tile, ...gated, ...coloured, ...computed])).slice(0, NAME);
  const facts = {
    format: 1,
    code,
    model: modelOf(model),
    image,
    size,
    mtimeMs,
    etag,
    grid,
    tile,
    gate,
    ...(coloured.length === 0 ? {} : { colours }),
    ...(computed.length === 0 ? {} : { computed }),
  };
  const identity = JSON.stringify(facts);
  return openLogitPack(join(place, `${name}.logits`), { identity, readOnly });
}

/** Bytes of all files. */
export async function logitBytes(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = files.map(async (entry) =>
    entry.isFile() ? (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size : 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Removes what was kept of models that are no more.
 * @param models SHA-256 of those that stay
 */
export async function dropOtherModels(folder: string, models: Iterable<string>): Promise<void> {
  const kept = new Set(Array.from(models, (model) => digest(model).slice(0, NAME)));
  for (const name of await readdir(folder).catch(() => [])) {
    if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
