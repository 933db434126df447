/** Pyramids of numbers beside a prediction, kept open while they are looked at: 256 tiles of one file are not 256 openings. */
import { statRegularFile } from '@ftuseg/files';
import { openSlide, type Slide } from '@ftuseg/slide';

/** Files that are open at one time. */
const MAX_OPEN = 16;

export interface MapFile {
  /** Width and height of level 0 of the map, and how to read it. */
  readonly slide: Slide;
  /** Of this content: another after the file was written anew. */
  readonly version: string;
}

interface OpenFile {
  readonly version: string;
  readonly slide: Promise<Slide>;
  users: number;
  dropped: boolean;
}

export interface MapFiles {
  /**
   * @throws {FtuError} the reason why a file cannot be opened or read
   */
  readonly use: <T>(path: string, work: (file: MapFile) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export function openMapFiles(): MapFiles {
  /** In the order of their last use. */
  const files = new Map<string, OpenFile>();
  const end = async (file: OpenFile): Promise<void> => {
    if (!file.dropped || file.users > 0) return;
    await file.slide.then((slide) => slide.close()).catch(() => undefined);
  };
  const drop = async (path: string, file: OpenFile): Promise<void> => {
    if (files.get(path) === file) files.delete(path);
    file.dropped = true;
    await end(file);
  };
  async function fileOf(path: string): Promise<OpenFile> {
    const { size, mtimeMs } = await statRegularFile(path);
    const version = `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
    const known = files.get(path);
    if (known?.version === version) {
      files.delete(path);
      files.set(path, known);
      return known;
    }
    if (known !== undefined) await drop(path, known);
    const file = { version, slide: openSlide(path), users: 0, dropped: false };
    // Whoever uses it is told; nobody else need be.
    file.slide.catch(() => undefined);
    files.set(path, file);
    return file;
  }
  return {
    async use(path, work) {
      const file = await fileOf(path);
      file.users++;
      try {
        for (const [other, one] of files) {
          if (files.size <= MAX_OPEN) break;
          if (one !== file) await drop(other, one);
        }
        return await work({ slide: await file.slide, version: file.version });
      } catch (error) {
        await drop(path, file);
        throw error;
      } finally {
        file.users--;
        await end(file);
      }
    },
    async close() {
      for (const [path, file] of [...files]) await drop(path, file);
    },
  };
}
