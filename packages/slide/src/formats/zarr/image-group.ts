/** Finds the picture in an OME-Zarr hierarchy: the group itself or its first series; plates, label images and other arrays are refused by name. */
import type { FileFolder } from '../../source/file-folder.js';
import { damagedZarr, isRecord, type JsonRecord, listOf, memberOf, readJson, unsupportedZarr } from './json.js';

export interface ImageGroup {
  /** Of Zarr; version 3 is OME-Zarr 0.5. */
  readonly version: 2 | 3;
  /** Place in the folder, with a slash behind it; empty for the folder itself. */
  readonly path: string;
  /** `multiscales` and what belongs to it. */
  readonly attributes: JsonRecord;
  readonly notes: readonly string[];
}

interface Group {
  readonly version: 2 | 3;
  readonly isArray: boolean;
  readonly attributes: JsonRecord;
}

/** Versions of OME-Zarr with the keys of today, by the version of Zarr. */
const OME_VERSIONS = { 2: ['0.4'], 3: ['0.5'] } as const;

/** @returns undefined for a folder that is not Zarr's. @throws {SlideError} `bad-input` for metadata that are none */
async function readGroup(folder: FileFolder, path: string): Promise<Group | undefined> {
  const third = await readJson(folder, `${path}zarr.json`);
  if (third !== undefined) {
    const attributes = memberOf(third, 'attributes');
    const ome = isRecord(attributes) ? memberOf(attributes, 'ome') : undefined;
    const isArray = memberOf(third, 'node_type') === 'array';
    return { version: 3, isArray, attributes: isRecord(ome) ? ome : {} };
  }
  const attributes = await readJson(folder, `${path}.zattrs`);
  if (attributes !== undefined) return { version: 2, isArray: false, attributes };
  if ((await readJson(folder, `${path}.zgroup`)) !== undefined) return { version: 2, isArray: false, attributes: {} };
  const isArray = (await readJson(folder, `${path}.zarray`)) !== undefined;
  return isArray ? { version: 2, isArray, attributes: {} } : undefined;
}

/**
 * @returns undefined for a folder that is not Zarr's
 * @throws {SlideError} `unsupported` for what holds no picture, `bad-input` for damaged metadata
 */
export async function findImage(folder: FileFolder): Promise<ImageGroup | undefined> {
  const root = await readGroup(folder, '');
  if (root === undefined) return undefined;
  if (memberOf(root.attributes, 'bioformats2raw.layout') === undefined) return imageOf(folder, root, '');
  const ome = await readGroup(folder, 'OME/');
  const listed = listOf(memberOf(ome?.attributes ?? {}, 'series'));
  const [first = '0'] = listed;
  if (typeof first !== 'string') throw damagedZarr(folder, 'OME', '"series" must list names of groups');
  const names = (await folder.names())?.filter((name) => /^\d+$/.test(name));
  const others = Math.max(listed.length, names?.length ?? 0) - 1;
  const series = await readGroup(folder, `${first}/`);
  if (series === undefined) throw damagedZarr(folder, first, 'the first series is missing');
  const group = imageOf(folder, series, `${first}/`);
  const note = `${others + 1} series, of which the first is read`;
  return others > 0 ? { ...group, notes: [note, ...group.notes] } : group;
}

function imageOf(folder: FileFolder, { version, isArray, attributes }: Group, path: string): ImageGroup {
  const has = (key: string): boolean => memberOf(attributes, key) !== undefined;
  if (isArray) throw unsupportedZarr(folder, 'this is one array of Zarr without metadata of OME-Zarr');
  if (has('plate') || has('well')) {
    const what = has('plate') ? 'a plate of wells' : 'a well of a plate';
    throw unsupportedZarr(
      folder,
      `this is ${what} (HCS), not a slide`,
      'give the folder of one of its pictures, such as A/1/0',
    );
  }
  if (has('image-label')) {
    throw unsupportedZarr(folder, 'this is a label image of OME-Zarr, not a slide', 'give the folder of the picture');
  }
  const list = listOf(memberOf(attributes, 'multiscales')).filter(isRecord);
  const [multiscale] = list;
  if (multiscale === undefined) {
    const what = has('labels') ? 'label images and no picture' : 'no picture of OME-Zarr ("multiscales")';
    throw unsupportedZarr(folder, `this group of Zarr holds ${what}`, 'give the folder of the picture');
  }
  const stated = version === 3 ? memberOf(attributes, 'version') : memberOf(multiscale, 'version');
  const known: readonly unknown[] = OME_VERSIONS[version];
  if (stated !== undefined && !known.includes(stated)) {
    const hint = 'write it again as OME-Zarr 0.4 or 0.5';
    throw unsupportedZarr(folder, `version ${JSON.stringify(stated)} of OME-Zarr is not supported`, hint);
  }
  const notes = list.length > 1 ? [`${list.length} pyramids, of which the first is read`] : [];
  return { version, path, attributes, notes };
}
