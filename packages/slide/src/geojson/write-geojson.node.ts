/**
 * Objects to a GeoJSON file, one after another, so that a slide of any number of them is written in the same little memory. QuPath
 * imports the file as annotations (checked against its sources: `QuPathTypeAdapters`, version 0.5).
 */
import { FtuError, type Ring } from '@ftuseg/core';
import { ioError, openPending, type PendingFile, systemCode } from '@ftuseg/files';
import type { GeoJsonFeature } from './feature.js';
import { propertiesOf } from './feature-text.js';
import { nameUuid } from './name-uuid.node.js';

export interface GeoJsonWriter {
  /**
   * Appends an object; wait for one before the next.
   * @throws FtuError `bad-input` for a ring of less than three corners or a coordinate that is not a number; `io`. The file is lost
   */
  write(feature: GeoJsonFeature): Promise<void>;
  /** Ends the collection and gives the file its name. */
  close(): Promise<void>;
  /** Gives up: nothing is left behind, an older file stays as it was. */
  abort(): Promise<void>;
}

/** Characters that are gathered before they are written. */
const PIECE = 1 << 16;

class FeatureFile implements GeoJsonWriter {
  readonly #path: string;
  readonly #pending: PendingFile;
  #text = '{"type":"FeatureCollection","features":[';
  #count = 0;

  constructor(path: string, pending: PendingFile) {
    this.#path = path;
    this.#pending = pending;
  }

  async write(feature: GeoJsonFeature): Promise<void> {
    const { polygons } = feature;
    const id = feature.id ?? this.#idOf(feature);
    const [only] = polygons;
    const single = polygons.length === 1 && only !== undefined;
    this.#text += `${this.#count === 0 ? '' : ','}\n{"type":"Feature","id":${JSON.stringify(id)},"geometry":`;
    this.#text += `{"type":"${single ? 'Polygon' : 'MultiPolygon'}","coordinates":`;
    if (single) await this.#writePolygon(only.rings);
    else await this.#writeList(polygons, ({ rings }) => this.#writePolygon(rings));
    this.#text += `},"properties":${JSON.stringify(propertiesOf(feature))}}`;
    this.#count++;
    await this.#flush(PIECE);
  }

  async close(): Promise<void> {
    this.#text += '\n]}\n';
    await this.#flush(1);
    await this.#pending.commit();
  }

  async abort(): Promise<void> {
    await this.#pending.discard();
  }

  #writePolygon(rings: readonly Ring[]): Promise<void> {
    return this.#writeList(rings, (ring) => this.#writeRing(ring));
  }

  async #writeList<T>(items: readonly T[], write: (item: T) => Promise<void>): Promise<void> {
    this.#text += '[';
    for (const [i, item] of items.entries()) {
      if (i > 0) this.#text += ',';
      await write(item);
    }
    this.#text += ']';
  }

  /** Rings are closed in the file, as RFC 7946 demands. */
  async #writeRing(ring: Ring): Promise<void> {
    const closed = ring.length > 2 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1);
    const length = closed ? ring.length - 2 : ring.length;
    if (length < 6 || !ring.every(Number.isFinite)) {
      const problem = length < 6 ? `has a ring of ${length / 2} corners` : 'has a coordinate that is no number';
      await this.#fail(new FtuError('bad-input', `feature ${this.#count} ${problem}`, { subject: this.#path }));
    }
    this.#text += '[';
    for (let i = 0; i < length; i += 2) {
      this.#text += `[${ring[i]},${ring[i + 1]}],`;
      if (this.#text.length >= PIECE) await this.#flush(PIECE);
    }
    this.#text += `[${ring[0]},${ring[1]}]]`;
  }

  /** Writes what has been gathered, if it is as much as `least`. */
  async #flush(least: number): Promise<void> {
    if (this.#text.length < least) return;
    const text = this.#text;
    this.#text = '';
    await this.#pending.file.writeFile(text).catch((error: unknown) => this.#fail(error));
  }

  async #fail(error: unknown): Promise<never> {
    await this.#pending.discard();
    throw systemCode(error) === undefined ? error : ioError(error, this.#path, 'be written');
  }

  #idOf({ name, polygons }: GeoJsonFeature): string {
    return nameUuid([`${this.#count} ${name}`, ...polygons.flatMap(({ rings }) => rings)]);
  }
}

/**
 * Starts a FeatureCollection; the file appears under its name with `close`, or not at all.
 *
 * @throws FtuError `io` for a missing folder, no permission, a read-only disk
 * @example
 * const writer = await createGeoJsonWriter('slide.geojson');
 * for (const polygons of eachOutline(mask, objectsOf(mask))) await writer.write({ polygons, name: 'glomerulus' });
 * await writer.close();
 */
export async function createGeoJsonWriter(path: string): Promise<GeoJsonWriter> {
  return new FeatureFile(path, await openPending(path));
}
