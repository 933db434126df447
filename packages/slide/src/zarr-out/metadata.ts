/**
 * What an OME-Zarr says of itself: axes and scales of its levels, colours of its channels, and what label values mean.
 * Source: OME-NGFF 0.4 (Zarr 2) and 0.5 (Zarr 3). All five axes are there, as bioformats2raw writes them: not every reader takes fewer.
 */
import { pixelSize, type Scale } from '@ftuseg/core';
import { PLAIN_LEVEL } from '../pyramid/deflate.node.js';
import { type ArrayForm, SHARD_COLUMNS } from './array-writer.node.js';

export interface LevelSize {
  readonly width: number;
  readonly height: number;
}

export interface ImageFacts extends ArrayForm {
  readonly name: string;
  /** The largest first. */
  readonly levels: readonly LevelSize[];
  /** Side of a chunk. */
  readonly chunk: number;
  /** Of level 0; unknown, scales are those of levels to the first. */
  readonly micronsPerPixel: Scale | undefined;
}

export interface LabelFacts {
  /** Of the label image, in the folder `labels`. */
  readonly name: string;
  readonly classes: readonly { readonly value: number; readonly name: string }[];
}

/** Text of a file by its name. */
export type MetadataFiles = Map<string, Uint8Array>;

const AXES = ['t', 'c', 'z', 'y', 'x'] as const;
const CHANNELS = [
  ['Red', 'FF0000'],
  ['Green', '00FF00'],
  ['Blue', '0000FF'],
] as const;
/** Of classes, in turn; semi-transparent. Okabe and Ito's palette, which people with any colour vision tell apart. */
const CLASS_COLOURS = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
] as const;

/** @param labels beside the picture */
export function metadataFiles(image: ImageFacts, labels: LabelFacts | undefined): MetadataFiles {
  const files: MetadataFiles = new Map();
  group(files, image, '', { multiscales: [multiscale(image, image.name)], omero: omero(image.name) });
  for (const number of image.levels.keys()) array(files, image, number, '', 3);
  if (labels === undefined) return breadthFirst(files);
  const path = `labels/${labels.name}/`;
  group(files, image, 'labels/', { labels: [labels.name] });
  group(files, image, path, {
    multiscales: [multiscale(image, labels.name)],
    'image-label': {
      ...(image.version === '0.4' ? { version: image.version } : {}),
      colors: labels.classes.map(({ value }, i) => ({
        'label-value': value,
        rgba: [...(CLASS_COLOURS[i % CLASS_COLOURS.length] ?? [255, 255, 255]), 128],
      })),
      properties: labels.classes.map(({ value, name }) => ({ 'label-value': value, class: name })),
      source: { image: '../../' },
    },
  });
  for (const number of image.levels.keys()) array(files, image, number, path, 1);
  return breadthFirst(files);
}

/** Files nearer to the root first, as ZIP files of OME-Zarr have them. */
function breadthFirst(files: MetadataFiles): MetadataFiles {
  const depth = (name: string): number => name.split('/').length;
  return new Map([...files].sort(([a], [b]) => depth(a) - depth(b)));
}

const text = (value: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);

function group(files: MetadataFiles, { version }: ArrayForm, path: string, attributes: object): void {
  if (version === '0.4') {
    files.set(`${path}.zgroup`, text({ zarr_format: 2 }));
    files.set(`${path}.zattrs`, text(attributes));
    return;
  }
  const ome = { version, ...attributes };
  files.set(`${path}zarr.json`, text({ zarr_format: 3, node_type: 'group', attributes: { ome } }));
}

function multiscale({ version, levels, micronsPerPixel }: ImageFacts, name: string): object {
  const side = micronsPerPixel === undefined ? { x: 1, y: 1 } : pixelSize(micronsPerPixel);
  const unit = micronsPerPixel === undefined ? {} : { unit: 'micrometer' };
  const [full] = levels;
  const types = { t: 'time', c: 'channel', z: 'space', y: 'space', x: 'space' } as const;
  return {
    ...(version === '0.4' ? { version } : {}),
    name,
    axes: AXES.map((axis) => ({ name: axis, type: types[axis], ...(axis === 'y' || axis === 'x' ? unit : {}) })),
    datasets: levels.map(({ width, height }, number) => {
      const [down, across] = [(full?.height ?? height) / height, (full?.width ?? width) / width];
      const scale = [1, 1, 1, side.y * down, side.x * across];
      return { path: String(number), coordinateTransformations: [{ type: 'scale', scale }] };
    }),
  };
}

const omero = (name: string): object => ({
  name,
  channels: CHANNELS.map(([label, color]) => ({
    label,
    color,
    active: true,
    coefficient: 1,
    family: 'linear',
    inverted: false,
    window: { min: 0, max: 255, start: 0, end: 255 },
  })),
  rdefs: { defaultT: 0, defaultZ: 0, model: 'color' },
});

function array(files: MetadataFiles, image: ImageFacts, number: number, path: string, channels: number): void {
  const { width, height } = image.levels[number] as LevelSize;
  const { chunk, version, sharded } = image;
  const shape = [1, channels, 1, height, width];
  const chunks = [1, 1, 1, chunk, chunk];
  if (version === '0.4') {
    const metadata = {
      zarr_format: 2,
      shape,
      chunks,
      dtype: '|u1',
      compressor: { id: 'zlib', level: PLAIN_LEVEL },
      fill_value: 0,
      order: 'C',
      filters: null,
      dimension_separator: '/',
    };
    files.set(`${path}${number}/.zarray`, text(metadata));
    return;
  }
  const codecs = [
    { name: 'bytes', configuration: { endian: 'little' } },
    { name: 'gzip', configuration: { level: PLAIN_LEVEL } },
  ];
  const sharding = {
    name: 'sharding_indexed',
    configuration: {
      chunk_shape: chunks,
      codecs,
      index_codecs: [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'crc32c' }],
      index_location: 'end',
    },
  };
  const outer = sharded ? [1, channels, 1, chunk, chunk * SHARD_COLUMNS] : chunks;
  const metadata = {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: 'uint8',
    chunk_grid: { name: 'regular', configuration: { chunk_shape: outer } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: 0,
    codecs: sharded ? [sharding] : codecs,
    attributes: {},
    dimension_names: AXES,
  };
  files.set(`${path}${number}/zarr.json`, text(metadata));
}
