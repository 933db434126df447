/**
 * The log of a slide's edits, `edits.jsonl`: lines are appended and flushed to the disk before anybody is told that they are kept. What could not be written
 * whole is cut off again.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, makeFolder, systemCode, writeFileAtomic } from '@ftuseg/files';
import { encodeLine, type LogEntry, type LogHeader, type LogLine } from '../../../edits/log/log-line.js';
import { readLog } from './read-log.js';

export class EditLog {
  readonly path: string;
  #size: number;
  #header: LogHeader | undefined;
  /** Something may lie after the last whole line that was written here. */
  #isRagged = false;
  readonly #entries: LogEntry[];

  private constructor(path: string, header: LogHeader | undefined, entries: LogEntry[], size: number) {
    this.path = path;
    this.#header = header;
    this.#entries = entries;
    this.#size = size;
  }

  /**
   * Reads the log, if there is one, and cuts a torn last line off.
   * @param onNote told of the line
   * @throws FtuError as `readLog`
   */
  static async open(path: string, slide: string, onNote: (sentence: string) => void): Promise<EditLog> {
    const { header, entries, size, torn } = await readLog(path, slide);
    const log = new EditLog(path, header, [...entries], size);
    if (torn > 0) {
      onNote(
        `slide "${slide}": the last line of its log of corrections was torn (${torn} bytes) and is dropped; it was never acknowledged`,
      );
      // A copy for whoever doubts it; a full disk may have no place for one.
      await keepTorn(path, size).catch(() => undefined);
      log.#isRagged = true;
      await log.#trim();
    }
    return log;
  }

  get header(): LogHeader | undefined {
    return this.#header;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /**
   * @param header written first where the file is new
   * @throws FtuError `io`, `unavailable` if another program wrote to the file; the log is then as it was
   */
  async append(entry: LogEntry, header: () => LogHeader): Promise<void> {
    const first = this.#header === undefined ? header() : undefined;
    const lines: LogLine[] = first === undefined ? [entry] : [first, entry];
    const bytes = Buffer.concat(lines.map(encodeLine));
    if (first !== undefined) await makeFolder(dirname(this.path));
    await this.#trim();
    try {
      await this.#write(bytes, first !== undefined);
    } catch (error) {
      await this.#trim().catch(() => undefined);
      throw ioError(error, this.path, 'be written');
    }
    this.#isRagged = false;
    this.#size += bytes.length;
    this.#header ??= first;
    this.#entries.push(entry);
  }

  async #write(bytes: Uint8Array, isNew: boolean): Promise<void> {
    const file = await open(this.path, isNew ? 'a+' : 'r+');
    try {
      await this.#refuseForeign(file);
      this.#isRagged = true;
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, written, bytes.length - written, this.#size + written);
        written += bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (isNew) await syncFolder(dirname(this.path));
  }

  async #refuseForeign(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size === this.#size) return;
    throw new FtuError('unavailable', 'another program has written to the log of corrections', {
      subject: this.path,
      hint: 'end the other studio, then start this one again',
    });
  }

  /** Cuts off what an attempt left behind. @throws FtuError `io` */
  async #trim(): Promise<void> {
    if (!this.#isRagged) return;
    try {
      const file = await open(this.path, 'r+');
      try {
        await file.truncate(this.#size);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw ioError(error, this.path, 'be written');
    }
    this.#isRagged = false;
  }
}

async function keepTorn(path: string, from: number): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(size - from);
    await file.read(bytes, 0, bytes.length, from);
    await writeFileAtomic(`${path}.torn`, bytes);
  } finally {
    await file.close();
  }
}

/** A new name in a folder lasts when the folder is flushed; Windows flushes none. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
