/**
 * Objects to a GeoJSON file, one after another, so that a slide of any number of them is written in the same little memory. QuPath
 * imports the file as annotations (checked against its sources: `QuPathTypeAdapters`, version 0.5).
 */
import { createHash } from 'node:crypto';
import { ioError, openPending, type PendingFile, systemCode } from '@ftuseg/files';
import { type CoordinateOrigin, collectionStart } from './coordinate-origin.js';
import type { GeoJsonFeature } from './feature.js';
import { COLLECTION_END, featureText } from './feature-text.js';

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

/** Node's, which is ten times as fast as the one for pages. */
function sha1(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

class FeatureFile implements GeoJsonWriter {
  readonly #path: string;
  readonly #pending: PendingFile;
  readonly #origin: CoordinateOrigin | undefined;
  #text: string;
  #count = 0;

  constructor(path: string, pending: PendingFile, origin: CoordinateOrigin | undefined) {
    this.#path = path;
    this.#pending = pending;
    this.#origin = origin;
    this.#text = collectionStart(origin);
  }

  async write(feature: GeoJsonFeature): Promise<void> {
    const options = { origin: this.#origin, subject: this.#path, hash: sha1 };
    try {
      for (const piece of featureText(feature, this.#count, options)) {
        this.#text += piece;
        await this.#flush(PIECE);
      }
    } catch (error) {
      await this.#fail(error);
    }
    this.#count++;
  }

  async close(): Promise<void> {
    this.#text += COLLECTION_END;
    await this.#flush(1).catch((error: unknown) => this.#fail(error));
    await this.#pending.commit();
  }

  async abort(): Promise<void> {
    await this.#pending.discard();
  }

  /** Writes what has been gathered, if it is as much as `least`. */
  async #flush(least: number): Promise<void> {
    if (this.#text.length < least) return;
    const text = this.#text;
    this.#text = '';
    await this.#pending.file.writeFile(text);
  }

  async #fail(error: unknown): Promise<never> {
    await this.#pending.discard();
    throw systemCode(error) === undefined ? error : ioError(error, this.#path, 'be written');
  }
}

/**
 * Starts a FeatureCollection; the file appears under its name with `close`, or not at all.
 *
 * @param origin where on the slide the file is to count from, which it then states; objects are given in level-0 pixels from the slide's corner all the same
 * @throws FtuError `io` for a missing folder, no permission, a read-only disk
 * @example
 * const writer = await createGeoJsonWriter('slide.geojson');
 * for (const polygons of eachOutline(mask, objectsOf(mask))) await writer.write({ polygons, name: 'glomerulus' });
 * await writer.close();
 */
export async function createGeoJsonWriter(path: string, origin?: CoordinateOrigin): Promise<GeoJsonWriter> {
  return new FeatureFile(path, await openPending(path), origin);
}
