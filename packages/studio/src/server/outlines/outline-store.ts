/** Packed outlines of a studio: made once for all who ask, kept in the work folder, opened while they are looked at. */

import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists } from '@ftuseg/files';
import { ByteCache } from '@ftuseg/slide';
import {
  COVERAGE_OCTETS,
  COVERAGE_SIDE,
  type CoverageTile,
  coverageLevels,
  coverageTile,
} from '../../outlines/coverage/coverage.js';
import { layerNote } from '../../outlines/layer-note.js';
import type { OutlineLayer } from '../../protocol/slides.js';
import type { StudioContext, StudioSlide } from '../context.js';
import { sentenceOf } from '../problem.js';
import { candidateLayers } from './candidate-layers.js';
import type { FoundLayer, LayerProvider } from './found-layer.js';
import { openPacked, type PackedFile, writePacked } from './packed-file.js';
import { layersOfSlide } from './slide-layers.js';

/** Changes when the same objects are packed otherwise. */
const FORMAT = 2;
/** Layers whose indexes are in memory. */
const MAX_OPEN = 8;
const MAX_COVERAGE_OCTETS = 64 << 20;

export interface OpenLayer {
  readonly packed: PackedFile;
  /** Of the content, for entity tags. */
  readonly version: string;
  /** Opens or packs it again the next time: its file is gone. */
  readonly forget: () => void;
}

export class OutlineStore {
  readonly #open = new Map<string, Promise<PackedFile>>();
  readonly #coverage = new ByteCache<ArrayBuffer>(MAX_COVERAGE_OCTETS, () => COVERAGE_OCTETS);
  /** Layers are packed one after another: each is as fast as the disk and a processor allow. */
  #packing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly context: StudioContext,
    readonly providers: readonly LayerProvider[] = [layersOfSlide, candidateLayers],
  ) {}

  async found(slide: StudioSlide): Promise<readonly FoundLayer[]> {
    const lists = await Promise.all(this.providers.map((find) => find(this.context, slide)));
    return lists.flat();
  }

  /**
   * @returns undefined if the slide has no such layer
   * @throws FtuError what says why its objects cannot be read
   */
  async layer(slide: StudioSlide, id: string): Promise<OpenLayer | undefined> {
    const found = (await this.found(slide)).find(({ layer }) => layer.id === id);
    return found === undefined ? undefined : this.#openLayer(slide, found);
  }

  /** What a layer's file is called. */
  async #nameOf(slide: StudioSlide, found: FoundLayer) {
    const size = await slide.size();
    if (size === undefined) throw new FtuError('unavailable', 'the slide cannot be opened', { subject: slide.row.id });
    const content = JSON.stringify([FORMAT, size, found.classes, await found.fingerprint()]);
    const version = createHash('sha256').update(content).digest('hex').slice(0, 24);
    const stem = `${slide.id}-${found.layer.id}`;
    return { size, version, stem, name: `${stem}-${version}.outlines` };
  }

  async #isPacked(slide: StudioSlide, found: FoundLayer): Promise<boolean> {
    const name = await this.#nameOf(slide, found).then(
      (known) => known.name,
      () => undefined,
    );
    return (
      name !== undefined && (this.#open.has(name) || (await exists(join(this.context.workFolder, 'outlines', name))))
    );
  }

  async #openLayer(slide: StudioSlide, found: FoundLayer): Promise<OpenLayer> {
    const { size, version, stem, name } = await this.#nameOf(slide, found);
    const forget = (): void => void this.#open.delete(name);
    const known = this.#open.get(name);
    if (known !== undefined) {
      // The map keeps the order of last use.
      this.#open.delete(name);
      this.#open.set(name, known);
      return { packed: await known, version, forget };
    }
    const opening = this.#make(slide, found, size, { stem, name });
    this.#open.set(name, opening);
    opening.catch(forget);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#open.delete(oldest);
    }
    return { packed: await opening, version, forget };
  }

  async #make(
    slide: StudioSlide,
    found: FoundLayer,
    size: { readonly width: number; readonly height: number },
    { stem, name }: { readonly stem: string; readonly name: string },
  ): Promise<PackedFile> {
    const folder = join(this.context.workFolder, 'outlines');
    const path = join(folder, name);
    const kept = await openPacked(path);
    if (kept !== undefined) return kept;
    const { signal } = this.context;
    const pack = async (): Promise<void> => {
      const { objects, notes } = found.read(signal);
      await writePacked(path, { ...size, classes: found.classes, objects, notes, signal });
      await removeOthers(folder, stem, name);
    };
    const turn = this.#packing.then(pack, pack);
    this.#packing = turn.catch(() => undefined);
    await turn;
    const made = await openPacked(path);
    if (made !== undefined) return made;
    throw new FtuError('io', 'the packed outlines that were just written cannot be read', {
      subject: path,
      hint: `check the disk (slide ${slide.row.id})`,
    });
  }

  /** @returns undefined for a place that the slide does not have */
  async coverage({ packed, version }: OpenLayer, tile: CoverageTile): Promise<ArrayBuffer | undefined> {
    const { index } = packed;
    const span = COVERAGE_SIDE * 2 ** tile.level;
    const inside = tile.level < coverageLevels(index) && tile.x * span < index.width && tile.y * span < index.height;
    if (!inside) return undefined;
    const key = `${version} ${tile.level} ${tile.x} ${tile.y}`;
    return this.#coverage.get(key, () => coverageTile(index, tile, packed.chunk));
  }

  /** What the page is told of a slide's layers. Those that are not packed yet are packed now; one that cannot be read says why. */
  async describe(slide: StudioSlide, patience: number): Promise<OutlineLayer[]> {
    const found = await this.found(slide).catch((error: unknown) => {
      if (error instanceof FtuError) return [];
      throw error;
    });
    return Promise.all(found.map((one) => this.#describe(slide, one, patience)));
  }

  async #describe(slide: StudioSlide, found: FoundLayer, patience: number): Promise<OutlineLayer> {
    if (found.onDemand === true && !(await this.#isPacked(slide, found))) return found.layer;
    const opening = this.#openLayer(slide, found).then(
      ({ packed: { index } }) => ({ objects: index.objects, ...layerNote([...(found.before ?? []), ...index.notes]) }),
      (error: unknown) => ({ objects: 0, note: sentenceOf(error) }),
    );
    const late = new Promise<{ readonly objects: undefined }>((resolve) => {
      setTimeout(resolve, patience, { objects: undefined }).unref();
    });
    return { ...found.layer, ...(await Promise.race([opening, late])) };
  }
}

/** Earlier packings of the same layer, whose objects were others. */
async function removeOthers(folder: string, stem: string, name: string): Promise<void> {
  for (const other of await readdir(folder)) {
    const isEarlier = other.startsWith(`${stem}-`) && other.length === name.length && other !== name;
    if (isEarlier && other.endsWith('.outlines')) await rm(join(folder, other), { force: true });
  }
}
