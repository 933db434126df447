/**
 * Files of a slide of very many, opened once for all who read them at one time. A few stay open when nobody reads them, because on a server opening
 * costs a request.
 */
import { SlideError } from '../slide-error.js';
import type { ByteSource } from './byte-source.js';
import type { FileFolder } from './file-folder.js';

/** Files that stay open. */
const MAX_IDLE = 8;

interface Opened {
  readonly source: Promise<ByteSource | undefined>;
  readers: number;
}

export class OpenFiles {
  readonly #folder: FileFolder;
  /** The longest unused first. */
  readonly #files = new Map<string, Opened>();
  #closed = false;

  constructor(folder: FileFolder) {
    this.#folder = folder;
  }

  /**
   * @param use gets undefined where there is no such file; the source is not to be used after it ends
   */
  async with<T>(name: string, use: (source: ByteSource | undefined) => Promise<T>): Promise<T> {
    if (this.#closed) throw new SlideError('unavailable', 'the slide is closed', { subject: this.#folder.name });
    const file = this.#files.get(name) ?? { source: this.#folder.open(name), readers: 0 };
    this.#files.delete(name);
    this.#files.set(name, file);
    file.readers++;
    try {
      return await use(await file.source);
    } catch (error) {
      // The next one who asks opens it again.
      if (this.#files.get(name) === file && (await isFailed(file))) this.#files.delete(name);
      throw error;
    } finally {
      file.readers--;
      await this.#closeIdle(this.#closed ? 0 : MAX_IDLE);
    }
  }

  async #closeIdle(most: number): Promise<void> {
    const idle = [...this.#files].filter(([, { readers }]) => readers === 0);
    const old = idle.slice(0, Math.max(0, idle.length - most));
    for (const [name] of old) this.#files.delete(name);
    for (const [, { source }] of old) await (await source.catch(() => undefined))?.close();
  }

  /** What is still being read, such as ahead of somebody who stopped, is closed when it ends. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#closeIdle(0);
  }
}

const isFailed = ({ source }: Opened): Promise<boolean> =>
  source.then(
    () => false,
    () => true,
  );
