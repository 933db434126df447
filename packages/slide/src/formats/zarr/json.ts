/** Reads the small JSON files of which a Zarr hierarchy is made, and values in them that anybody may have written. */
import { SlideError } from '../../slide-error.js';
import type { FileFolder } from '../../source/file-folder.js';

/** Bytes; metadata of a picture take some kilobytes, with those of all its arrays in one file some hundred. */
const MAX_BYTES = 4 << 20;

export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record's own value: files may be called "constructor". */
export const memberOf = (record: JsonRecord, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined;

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The numbers of a list; undefined where something in it is none. */
export function numbersOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.filter((one): one is number => typeof one === 'number' && Number.isFinite(one));
  return numbers.length === value.length ? numbers : undefined;
}

/**
 * @returns undefined if there is no such file
 * @throws {SlideError} `bad-input` for what is no JSON object
 */
export async function readJson(folder: FileFolder, name: string): Promise<JsonRecord | undefined> {
  const source = await folder.open(name);
  if (source === undefined) return undefined;
  try {
    if (source.size > MAX_BYTES) throw damagedZarr(folder, name, `${source.size} bytes are no metadata of a picture`);
    const bytes = await source.read(0, source.size);
    const value = parsed(new TextDecoder().decode(bytes));
    if (isRecord(value)) return value;
    throw damagedZarr(folder, name, 'this is no JSON object');
  } finally {
    await source.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param where file or array inside the folder */
export const damagedZarr = (folder: Pick<FileFolder, 'name'>, where: string, problem: string): SlideError =>
  new SlideError('bad-input', `${where}: ${problem}`, {
    subject: folder.name,
    hint: 'the slide is damaged or copied in part: copy or export it again',
  });

/** @param hint how else to bring it here */
export const unsupportedZarr = (
  folder: Pick<FileFolder, 'name'>,
  problem: string,
  hint = 'export it as brightfield RGB with 8 bits per channel',
): SlideError => new SlideError('unsupported', problem, { subject: folder.name, hint });
