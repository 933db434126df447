/** One slide written in another format, and what is to be said of it: what was taken over, what was compressed, and what stays behind. */
import { counted, type Scale } from '@ftuseg/core';
import {
  openSlide,
  pixelScaleOf,
  type Slide,
  type SlideRow,
  type TileCounts,
  USUAL_QUALITY,
  writeDicom,
  writeTiff,
  writeZarr,
} from '@ftuseg/slide';
import type { CommandContext } from '../../../parser/command.js';
import { colourView } from '../colour-view.js';
import { warnOf } from '../slide-warnings.js';
import { openLabels } from './labels.js';
import type { ConvertSettings } from './settings.js';
import { staysBehind } from './stays-behind.js';
import type { Target } from './target.js';

export interface Converted {
  readonly path: string;
  readonly format: Target['format'];
  readonly width: number;
  readonly height: number;
  /** Of levels. */
  readonly levels: number;
  /** Tiles that were taken over as they are, and those that were compressed; chunks of an OME-Zarr are compressed. */
  readonly copied: number;
  readonly encoded: number;
}

export interface ConvertedRow extends Pick<SlideRow, 'id' | 'image' | 'micronsPerPixel' | 'pixelSize'> {}

interface Done {
  readonly levels: number;
  readonly counts: Readonly<TileCounts>;
  /** Such as `12 tiles copied as they are, 3 compressed (JPEG, quality 85)`. */
  readonly said: string;
}

export async function convertSlide(
  row: ConvertedRow,
  out: string,
  target: Target,
  settings: ConvertSettings,
  context: CommandContext,
): Promise<Converted> {
  const stored = await openSlide(row.image);
  try {
    const slide = await colourView(stored, settings.view, row.id, context);
    const { width, height } = slide;
    const scale = pixelScaleOf(row, slide);
    const started = Date.now();
    const onProgress = (share: number): void => {
      const left = Math.round(((Date.now() - started) / 1000) * (1 / share - 1));
      context.progress(`converting ${Math.floor(100 * share)} % of ${width} x ${height}, ${left} s to go`);
    };
    const job: Job = { row, out, target, settings, slide, scale, onProgress, context };
    const { levels, counts, said } = await (target.format === 'ome-zarr' ? asZarr(job) : asTiles(job));
    warnOf(slide, context, row.id);
    for (const note of await staysBehind(slide, scale, target.format)) context.note(`${row.id}: ${note}`);
    context.print(`${width} x ${height} pixels, ${counted(levels, 'level')} in ${out}; ${said}`);
    return { path: out, format: target.format, width, height, levels, ...counts };
  } finally {
    await stored.close();
  }
}

interface Job {
  readonly row: ConvertedRow;
  readonly out: string;
  readonly target: Target;
  readonly settings: ConvertSettings;
  readonly slide: Slide;
  readonly scale: Scale | undefined;
  readonly onProgress: (share: number) => void;
  readonly context: CommandContext;
}

const factorOf = ({ factor }: ConvertSettings): 2 | 4 | undefined =>
  factor === undefined ? undefined : factor === '4' ? 4 : 2;

async function asTiles({ row, out, target, settings, slide, scale, onProgress, context }: Job): Promise<Done> {
  const { compression = 'jpeg', quality, tile: tileSize, levels: most, overwrite } = settings;
  const options = {
    quality,
    tileSize,
    levels: most,
    factor: factorOf(settings),
    micronsPerPixel: scale,
    signal: context.signal,
    onProgress,
  };
  const { levels } =
    target.format === 'dicom'
      ? await writeDicom(out, slide, {
          ...options,
          compression: compression === 'keep' ? 'keep' : 'jpeg',
          container: row.id,
          overwrite,
        })
      : await writeTiff(out, slide, {
          ...options,
          compression,
          name: row.id,
          layout: target.format === 'ome-tiff' ? 'ome-tiff' : 'tiff',
        });
  const sum = (key: keyof TileCounts): number => levels.reduce((total, level) => total + level[key], 0);
  const counts: TileCounts = { copied: sum('copied'), encoded: sum('encoded') };
  const how = compression === 'deflate' ? 'every pixel kept' : `JPEG, quality ${quality ?? USUAL_QUALITY}`;
  const compressed =
    counts.encoded === 0 ? 'none compressed' : `${counted(counts.encoded, 'tile')} compressed (${how})`;
  const said = counts.copied === 0 ? compressed : `${counted(counts.copied, 'tile')} copied as they are, ${compressed}`;
  return { levels: levels.length, counts, said };
}

async function asZarr({ row, out, target, settings, slide, scale, onProgress, context }: Job): Promise<Done> {
  const { labels: path, classes, zarrVersion, sharded, tile: tileSize, levels: most, overwrite } = settings;
  const opened = path === undefined ? undefined : await openLabels(path, row, slide, classes);
  for (const note of opened?.notes ?? []) context.note(note);
  try {
    const { levels, chunks, labelChunks } = await writeZarr(out, slide, {
      version: zarrVersion ?? target.zarrVersion ?? '0.4',
      container: target.container,
      sharded,
      tileSize,
      levels: most,
      factor: factorOf(settings),
      micronsPerPixel: scale,
      name: row.id,
      labels: opened?.labels,
      overwrite,
      signal: context.signal,
      onProgress,
    });
    const beside = opened === undefined ? '' : ` and ${labelChunks} of labels`;
    const said = `${counted(chunks, 'chunk')} of the picture${beside}, every pixel kept`;
    return { levels: levels.length, counts: { copied: 0, encoded: chunks + labelChunks }, said };
  } finally {
    await opened?.close();
  }
}
