/** What `ftu convert` writes: the ending of the output says it, or `--format`; both together must agree. */
import { FtuError } from '@ftuseg/core';

export const targetFormats = ['tiff', 'ome-tiff', 'dicom', 'ome-zarr'] as const;
export type TargetFormat = (typeof targetFormats)[number];

export interface Target {
  readonly format: TargetFormat;
  /** Of OME-Zarr: a folder, or a ZIP file. */
  readonly container: 'folder' | 'zip';
  /** Of OME-Zarr, where the ending says it. */
  readonly zarrVersion?: '0.5' | undefined;
}

/** Endings, the longer ones first. */
const ENDINGS: readonly (readonly [ending: RegExp, target: Target])[] = [
  [/\.ome\.(tiff?|btf)$/i, { format: 'ome-tiff', container: 'folder' }],
  [/\.(tiff?|btf)$/i, { format: 'tiff', container: 'folder' }],
  [/\.zarr\.zip$/i, { format: 'ome-zarr', container: 'zip' }],
  [/\.ozx$/i, { format: 'ome-zarr', container: 'zip', zarrVersion: '0.5' }],
  [/\.zarr[/\\]?$/i, { format: 'ome-zarr', container: 'folder' }],
];

const HINT = 'name it .tif, .ome.tif, .ome.zarr or .ozx, or a folder with --format dicom';

/** What each format's output is called. */
const NAMED: Readonly<Record<TargetFormat, string>> = {
  tiff: 'a TIFF pyramid is named .tif',
  'ome-tiff': 'an OME-TIFF is named .ome.tif',
  dicom: 'a DICOM series is a folder',
  'ome-zarr': 'an OME-Zarr is named .ome.zarr, .zarr.zip or .ozx',
};

/** Endings of files that are not written here; folders may have dots in their names. */
const OTHER_FILE = /\.(svs|ndpi|scn|bif|mrxs|qptiff|czi|vsi|dcm|dicom|zip|png|jpe?g|webp|jp2)$/i;

/**
 * @param format as given, for outputs whose ending says nothing
 * @throws FtuError `bad-input` for an ending of another format, or one that says nothing where nothing else does
 */
export function targetOf(out: string, format: TargetFormat | undefined): Target {
  const refuse = (problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject: out, hint });
  };
  const stated = ENDINGS.find(([ending]) => ending.test(out))?.[1];
  if (stated !== undefined) {
    if (format === undefined || format === stated.format) return stated;
    return refuse(NAMED[format], format === 'dicom' ? 'name a folder' : 'change its ending, or leave --format out');
  }
  const other = OTHER_FILE.exec(out)?.[0];
  if (other !== undefined) {
    if (format === 'dicom' || /^\.(dcm|dicom)$/i.test(other)) return refuse(NAMED.dicom, 'name a folder');
    return refuse(`files that are named ${other} are not written`, HINT);
  }
  if (format === undefined) return refuse('its ending does not say what to write', HINT);
  return { format, container: 'folder' };
}

/** What a slide of a table is called in the folder of all. */
export const nameIn: Readonly<Record<TargetFormat, (id: string) => string>> = {
  tiff: (id) => `${id}.tif`,
  'ome-tiff': (id) => `${id}.ome.tif`,
  dicom: (id) => id,
  'ome-zarr': (id) => `${id}.ome.zarr`,
};
