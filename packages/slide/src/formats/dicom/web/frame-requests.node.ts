/**
 * Asks a DICOMweb server for frames: those that are wanted at one time share requests, a few requests run at a time, and what came is kept for a while,
 * since windows of a slide meet in the same frames. Source: PS3.18, 10.4.1.1.6 (frames of an instance).
 */
import { FtuError } from '@ftuseg/core';
import { AnswerError, askDicomWeb, belowSeries, checkMediaType, type DicomWebOptions } from '@ftuseg/files';
import { untilAborted } from '../../../cache/until-aborted.js';
import { MAX_HEADER, type Part, partsOf } from './multipart.node.js';

const ACCEPT = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
/** Frames of one request. */
const BATCH = 16;
/** Bytes that one request may ask for. */
const BATCH_BYTES = 64 << 20;
const AT_ONCE = 4;
/** Answers of servers that do not know lists of frames. */
const NOT_SEVERAL: ReadonlySet<number> = new Set([400, 406, 414, 501]);
const KEPT_BYTES = 64 << 20;

export interface FramePlea {
  /** SOPInstanceUID. */
  readonly instance: string;
  /** From 0. */
  readonly frame: number;
  /** Bytes that it cannot have more than. */
  readonly most: number;
}

interface Waiting extends FramePlea {
  resolve(part: Part): void;
  reject(error: unknown): void;
}

export class FrameRequests {
  readonly #address: string;
  readonly #options: DicomWebOptions;
  readonly #end = new AbortController();
  readonly #waiting: Waiting[] = [];
  /** The longest unused first. */
  readonly #frames = new Map<string, { readonly part: Promise<Part>; bytes: number }>();
  #bytes = 0;
  #running = 0;
  /** Some servers take one frame at a time. */
  #batch = BATCH;

  /** @param address of the series */
  constructor(address: string, options: DicomWebOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** @throws {FtuError} what the server refuses, and `io` for an answer to something else; `cancelled`, where others go on */
  async frame(plea: FramePlea, signal?: AbortSignal | undefined): Promise<Part> {
    const subject = this.#address;
    if (signal?.aborted || this.#end.signal.aborted) throw cancelled(subject);
    const key = `${plea.instance}/${plea.frame}`;
    const found = this.#frames.get(key) ?? { part: this.#ask(plea), bytes: 0 };
    const isNew = !this.#frames.has(key);
    this.#frames.delete(key);
    this.#frames.set(key, found);
    if (isNew) {
      found.part.then(
        ({ data }) => {
          found.bytes = data.length;
          this.#bytes += data.length;
          this.#forget();
        },
        () => this.#frames.delete(key),
      );
    }
    return untilAborted(found.part, signal, subject);
  }

  close(): void {
    this.#end.abort();
    for (const { reject } of this.#waiting.splice(0)) reject(cancelled(this.#address));
    this.#frames.clear();
  }

  #forget(): void {
    for (const [key, { bytes }] of this.#frames) {
      if (this.#bytes <= KEPT_BYTES) return;
      if (bytes === 0) continue;
      this.#frames.delete(key);
      this.#bytes -= bytes;
    }
  }

  #ask(plea: FramePlea): Promise<Part> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...plea, resolve, reject });
      // Those who ask in the same turn share a request.
      setImmediate(() => this.#start());
    });
  }

  #start(): void {
    while (this.#running < AT_ONCE) {
      const batch = this.#next();
      if (batch === undefined) return;
      this.#running++;
      this.#fetch(batch).finally(() => {
        this.#running--;
        this.#start();
      });
    }
  }

  /** The longest waiting frame, with others of its instance. */
  #next(): readonly [Waiting, ...Waiting[]] | undefined {
    const first = this.#waiting.shift();
    if (first === undefined) return undefined;
    const batch: [Waiting, ...Waiting[]] = [first];
    let bytes = first.most;
    for (let i = 0; i < this.#waiting.length && batch.length < this.#batch; ) {
      const other = this.#waiting[i] as Waiting;
      bytes += other.most;
      if (bytes > BATCH_BYTES) break;
      if (other.instance !== first.instance) {
        bytes -= other.most;
        i++;
      } else batch.push(...this.#waiting.splice(i, 1));
    }
    return batch;
  }

  async #fetch(batch: readonly [Waiting, ...Waiting[]]): Promise<void> {
    try {
      const parts = await this.#parts(batch);
      for (const [i, { resolve }] of batch.entries()) resolve(parts[i] as Part);
    } catch (error) {
      if (batch.length > 1 && error instanceof AnswerError && NOT_SEVERAL.has(error.status)) {
        this.#batch = 1;
        this.#waiting.unshift(...batch);
        return;
      }
      for (const { reject } of batch) reject(error);
    }
  }

  async #parts(batch: readonly [Waiting, ...Waiting[]]): Promise<Part[]> {
    const numbers = batch.map(({ frame }) => frame + 1);
    const place = belowSeries(this.#address, `instances/${batch[0].instance}/frames/${numbers.join(',')}`);
    const { signal } = this.#end;
    const maxBytes = batch.reduce((sum, { most }) => sum + most + MAX_HEADER, MAX_HEADER);
    const { contentType, data } = await askDicomWeb(place, { ...this.#options, accept: ACCEPT, maxBytes, signal });
    checkMediaType(contentType, ['multipart/related'], place);
    const fail = (problem: string): FtuError =>
      new FtuError('io', `the server's answer is no ${batch.length === 1 ? 'frame' : 'frames'}: ${problem}`, {
        subject: place,
        hint: 'the server or a proxy before it is at fault: try again, or copy the files',
      });
    let parts: Part[];
    try {
      parts = partsOf(contentType, data);
    } catch (cause) {
      throw fail(cause instanceof Error ? cause.message : String(cause));
    }
    if (parts.length !== batch.length) throw fail(`it has ${parts.length} parts where ${batch.length} were asked for`);
    for (const [i, { location, data: bytes }] of parts.entries()) {
      const other = /\/frames\/(\d+)\/?$/.exec(location ?? '')?.[1];
      if (other !== undefined && Number(other) !== numbers[i]) throw fail(`frame ${other} came for ${numbers[i]}`);
      if (bytes.length === 0) throw fail(`frame ${numbers[i]} is empty`);
      const { most } = batch[i] as Waiting;
      if (bytes.length > most) throw fail(`frame ${numbers[i]} has ${bytes.length} bytes, more than ${most}`);
    }
    return parts;
  }
}

const cancelled = (subject: string): FtuError => new FtuError('cancelled', 'reading was cancelled', { subject });
