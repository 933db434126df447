/**
 * Paths in a record count from the folder that the record lies in, so that an experiment can be moved, or mounted elsewhere on another host, with
 * the slides that it was made of. A path is an object `{"path": "../data"}` there: no text can be taken for one.
 */
import { isAbsolute, relative, resolve, sep } from 'node:path';

export interface RecordPlace {
  /** Where the record is written now. */
  readonly folder: string;
  /** Where it will lie; another folder while an attempt is not published. */
  readonly final: string;
  /** Folders that move together with the record's. */
  readonly together: readonly string[];
}

/** Whether a path is a folder's own or lies in it, by their letters. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A copy of plain data in which some strings are another thing. */
function mapData(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value);
  if (changed !== value) return changed;
  if (Array.isArray(value)) return value.map((one) => mapData(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapData(one, change)]));
}

const posix = (path: string): string => path.split(sep).join('/');

/** Data as a record has them. */
export const withRelativePaths = (value: unknown, { folder, final, together }: RecordPlace): unknown =>
  mapData(value, (one) => {
    if (typeof one !== 'string' || !isAbsolute(one)) return one;
    if (isInside(folder, one)) return { path: posix(relative(folder, one)) };
    return together.some((other) => isInside(other, one)) ? { path: posix(relative(final, one)) } : one;
  });

/** Data of a record in `folder` as everybody else has them. */
export const withAbsolutePaths = (value: unknown, folder: string): unknown =>
  mapData(value, (one) => {
    if (!isObject(one) || typeof one.path !== 'string' || Object.keys(one).length !== 1) return one;
    return resolve(folder, one.path);
  });
