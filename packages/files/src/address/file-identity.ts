/**
 * What tells whether an input is still the one that it was: of files size and time, of addresses what the server says. Results of earlier runs are
 * taken where it is the same.
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FtuError, requestFailed, TryAgain, withTries } from '@ftuseg/core';
import { seriesMark } from '../dicomweb/metadata.js';
import { dicomWebSeries } from '../dicomweb/series-address.js';
import { ioError } from '../io-error.js';
import { isAddress } from './address.js';
import { checkAnswer } from './local-copy.js';

export interface FileIdentity {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970; 0 where a server does not say. Of files see `changedAt`. */
  readonly modified: number;
  /** Of an address: the server's mark of this version of the file. Of a slide of several files: a mark of their names, sizes and times. Of a DICOMweb series: one of its metadata. */
  readonly etag?: string;
}

const PATIENCE = 30_000;

/** Slides of several files are named by one of them, whose folder has its name: `scan/` beside `scan.mrxs`, `_scan_/` beside `scan.vsi`. */
const FOLDERS = [
  { named: /\.mrxs$/i, folder: (stem: string) => stem },
  { named: /\.vsi$/i, folder: (stem: string) => `_${stem}_` },
] as const;
const ONE_OF_FOLDER = /\.(dcm|dicom)$/i;
/** A text of keys, some of which name files beside it. */
const NAMING_FILES = /\.(vms|vmu)$/i;
const MAX_TEXT_BYTES = 1 << 16;
/** OME-Zarr: a server has no answer for the folder itself, but for what describes it. */
const SERVED_FOLDER = /\.zarr\/?$/i;
const DESCRIBED_IN = ['zarr.json', '.zattrs'] as const;

async function askOnce(address: string): Promise<Response> {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(address, { headers: { range: 'bytes=0-0' }, signal }).catch((cause: unknown) => {
    throw signal.aborted ? requestFailed(address, cause) : new TryAgain(requestFailed(address, cause));
  });
  await response.body?.cancel().catch(() => undefined);
  if (response.status !== 416) checkAnswer(response, address);
  return response;
}

async function askServer(address: string): Promise<FileIdentity> {
  const { headers } = await withTries(() => askOnce(address), { wait: sleep });
  const whole = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? headers.get('content-length');
  const time = Date.parse(headers.get('last-modified') ?? '');
  const etag = headers.get('etag');
  return {
    path: address,
    bytes: Number(whole ?? 0),
    modified: Number.isNaN(time) ? 0 : time,
    ...(etag === null ? {} : { etag }),
  };
}

async function askServedFolder(address: string): Promise<FileIdentity> {
  for (const name of DESCRIBED_IN) {
    const below = new URL(address);
    below.pathname = `${below.pathname.replace(/\/$/, '')}/${name}`;
    try {
      return { ...(await askServer(below.href)), path: address };
    } catch (error) {
      if (!(error instanceof FtuError) || error.code !== 'not-found') throw error;
    }
  }
  return askServer(address);
}

/** A file of a slide. */
export interface MemberFile {
  readonly path: string;
  /** Its place among the files of the slide, wherever these lie. */
  readonly name: string;
}

async function filesBelow(path: string, name: string): Promise<MemberFile[]> {
  if (!(await stat(path)).isDirectory()) return [{ path, name }];
  const inside = (await readdir(path)).sort();
  return (await Promise.all(inside.map((entry) => filesBelow(join(path, entry), `${name}/${entry}`)))).flat();
}

/** What may be names of files: the values of all keys. */
const namedIn = (text: string): ReadonlySet<string> =>
  new Set(text.split(/\r?\n/).flatMap((line) => /^[^=]+=\s*(.*?)\s*$/.exec(line)?.[1] ?? []));

function folderOf(path: string): string | undefined {
  const found = FOLDERS.find(({ named }) => named.test(path));
  return found && join(dirname(path), found.folder(basename(path).replace(found.named, '')));
}

/** Files and folders that belong to a slide which is named by one of them; undefined where it is a single file. */
async function placesOf(path: string): Promise<readonly string[] | undefined> {
  const entry = await stat(path);
  if (entry.isDirectory()) return [path];
  const beside = async (belongs: (name: string) => boolean): Promise<string[]> =>
    (await readdir(dirname(path)))
      .filter(belongs)
      .sort()
      .map((name) => join(dirname(path), name));
  if (ONE_OF_FOLDER.test(path)) return beside((name) => ONE_OF_FOLDER.test(name));
  if (NAMING_FILES.test(path) && entry.size <= MAX_TEXT_BYTES) {
    const named = namedIn(await readFile(path, 'latin1'));
    return [path, ...(await beside((name) => named.has(name) && name !== basename(path)))];
  }
  const folder = folderOf(path);
  const hasFolder = folder !== undefined && (await stat(folder).catch(() => undefined))?.isDirectory() === true;
  return folder !== undefined && hasFolder ? [path, folder] : undefined;
}

const membersIn = async (places: readonly string[]): Promise<MemberFile[]> =>
  (await Promise.all(places.map((place, i) => filesBelow(place, String(i))))).flat();

/**
 * The files on the disk that a slide is made of, in an order that does not depend on where they lie.
 * @throws {FtuError} `not-found`, `io`
 */
export async function membersOf(path: string): Promise<MemberFile[]> {
  try {
    return await membersIn((await placesOf(path)) ?? [path]);
  } catch (error) {
    throw ioError(error, path, 'be read');
  }
}

/**
 * When a file was changed last: the later of the times of its content and of its inode, milliseconds since 1970. A copy that keeps times sets the first of
 * them, no program the second (POSIX, `st_ctim`). Renamed files and those that were given other rights count as changed.
 */
const changedAt = ({ mtimeMs, ctimeMs }: Stats): number => Math.max(mtimeMs, ctimeMs);

/** Of all that lies in some files and folders. */
async function identityOfAll(path: string, places: readonly string[]): Promise<FileIdentity> {
  const marks = createHash('sha256');
  let [bytes, modified] = [0, 0];
  for (const { path: member, name } of await membersIn(places)) {
    const entry = await stat(member);
    bytes += entry.size;
    modified = Math.max(modified, changedAt(entry));
    marks.update(`${name}\n${entry.size} ${changedAt(entry)}\n`);
  }
  return { path, bytes, modified, etag: marks.digest('hex') };
}

/**
 * Of a server that states neither size nor time nor mark, only the address counts. Of a folder, and of a slide of several files, all of them count: a
 * MIRAX or VSI file with its folder, a DICOM file with those beside it, a VMS or VMU with the files that it names. Of an OME-Zarr on a server, only what describes it;
 * of a series on a DICOMweb server, what it says of every instance.
 *
 * @throws {FtuError} `not-found`, `io`
 * @example
 * await fileIdentity('scan.svs'); // { path: 'scan.svs', bytes: 5e8, modified: 1.7e12 }
 */
export async function fileIdentity(path: string): Promise<FileIdentity> {
  if (dicomWebSeries(path) !== undefined) return { path, bytes: 0, modified: 0, etag: await seriesMark(path) };
  if (isAddress(path)) return SERVED_FOLDER.test(new URL(path).pathname) ? askServedFolder(path) : askServer(path);
  try {
    const places = await placesOf(path);
    if (places !== undefined) return await identityOfAll(path, places);
    const entry = await stat(path);
    return { path, bytes: entry.size, modified: changedAt(entry) };
  } catch (error) {
    throw ioError(error, path, 'be read');
  }
}
