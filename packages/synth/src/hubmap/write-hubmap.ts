/**
 * A folder that is laid out as Kaggle's "HuBMAP - Hacking the Kidney" and what its published solution used beside it: to try recipes
 * and notebooks from end to end without the competition's 35 GB.
 */
import { join } from 'node:path';
import { createRowRleEncoder, FtuError } from '@ftuseg/core';
import { inLockedFolder, makeFolder, usableThreads, writeCsv, writeFileAtomic } from '@ftuseg/files';
import { listGlomeruli } from '../render/region.js';
import { openRenderPool } from '../render/render-pool.js';
import { type Anatomy, anatomyOf } from './anatomy.js';
import { MAX_TILES, writeExternalTiles } from './external-tiles.js';
import { anatomyJson, glomeruliJson } from './json.js';
import { writePlainTiff } from './plain-tiff.js';
import { type PlannedSlide, planHubmap } from './plan.js';

export interface WriteHubmapOptions {
  /** Folder to write to; made if it is missing. */
  readonly out: string;
  /** Non-negative integer; the same seed gives the same bytes. */
  readonly seed: number;
  /** Slides with labels; default 8. */
  readonly train?: number | undefined;
  /** Slides to predict, of 0.5, 0.4 and 0.65 µm per pixel in turn; default 3. */
  readonly test?: number | undefined;
  /** Further slides without labels; default 2. */
  readonly extra?: number | undefined;
  /** Pixels of the shortest and the longest side that there may be; default 2600 and 3600. Tests of little patience want less. */
  readonly sides?: readonly [number, number] | undefined;
  /** External tiles, at most 36; default 12. */
  readonly tiles?: number | undefined;
  /** State micrometres per pixel in the TIFFs; default false: the competition's files are said not to. */
  readonly statedScale?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Where things are; absolute or relative as `out` is. */
export interface HubmapFiles {
  /** The competition's folder: `train.csv`, `train/`, `test/`, `sample_submission.csv`, ... */
  readonly competition: string;
  /** Folder of `images_1024/` and `masks_1024/`. */
  readonly external: string;
  /** Folder of slides without labels. */
  readonly extra: string;
  /** Slide table of the test slides with what Kaggle keeps to itself: `id,image,rle,mpp`. */
  readonly truth: string;
}

interface Rendered {
  readonly slide: PlannedSlide;
  readonly code: string;
  readonly anatomy: Anatomy;
}

/** Renders one slide in one thread and writes its TIFF and, but for extra slides, its polygons. */
async function writeSlide(slide: PlannedSlide, out: string, statedScale: boolean): Promise<Rendered> {
  const { id, spec, folder, layout } = slide;
  const pool = openRenderPool(spec, 1);
  try {
    const { image, labels } = await pool.band(0, spec.slideHeight);
    const code = createRowRleEncoder(spec.slideWidth, spec.slideHeight);
    code.push(labels.data, spec.slideHeight);
    const stem = join(out, folder, id);
    await writePlainTiff(`${stem}.tiff`, image, layout, statedScale ? spec.micronsPerPixel : undefined);
    const anatomy = anatomyOf(spec);
    if (folder !== 'extra') await writeFileAtomic(`${stem}-anatomical-structure.json`, anatomyJson(anatomy));
    if (folder === 'hubmap/train') await writeFileAtomic(`${stem}.json`, glomeruliJson(listGlomeruli(spec)));
    return { slide, code: code.finish(), anatomy };
  } finally {
    await pool.close();
  }
}

/** A line of `HuBMAP-20-dataset_information.csv`. */
function informationOf({ slide, anatomy }: Rendered): Record<string, string | number> {
  const { id, spec, donor, folder } = slide;
  const cortex = Math.round(anatomy.cortex * 100);
  return {
    image_file: `${id}.tiff`,
    width_pixels: spec.slideWidth,
    height_pixels: spec.slideHeight,
    anatomical_structures_segmention_file: `${id}-anatomical-structure.json`,
    glomerulus_segmentation_file: folder === 'hubmap/train' ? `${id}.json` : '',
    patient_number: donor.patient,
    race: 'Synthetic',
    ethnicity: 'Synthetic',
    sex: donor.sex,
    age: donor.age,
    weight_kilograms: donor.kilograms.toFixed(1),
    height_centimeters: donor.centimetres.toFixed(1),
    'bmi_kg/m^2': (donor.kilograms / (donor.centimetres / 100) ** 2).toFixed(1),
    laterality: donor.laterality,
    percent_cortex: cortex,
    percent_medulla: 100 - cortex,
  };
}

/**
 * Writes `hubmap/` (`train.csv`, `train/ID.tiff`, `ID.json`, `ID-anatomical-structure.json`, `test/`, `sample_submission.csv` in an order
 * of its own, `HuBMAP-20-dataset_information.csv` with donors of several slides), `external/images_1024/` and `masks_1024/`, `extra/` and, last,
 * `test-truth.csv`. TIFFs take four layouts in turn; slides are of 2,600 to 3,600 pixels a side, and glomeruli some 400 across.
 *
 * @throws FtuError `bad-input` for settings that make no sense, `io`, `cancelled` after `signal`
 * @example
 * const { competition } = await writeHubmapFolder({ out: 'kaggle', seed: 7 });
 * await readSlideTable(competition);
 */
export async function writeHubmapFolder(options: WriteHubmapOptions): Promise<HubmapFiles> {
  const { out, signal } = options;
  return inLockedFolder(out, { signal }, (held) => writeLocked({ ...options, signal: held }));
}

async function writeLocked(options: WriteHubmapOptions): Promise<HubmapFiles> {
  const { out, seed, train = 8, test = 3, extra = 2, tiles = 12, statedScale = false, signal, onProgress } = options;
  const slides = planHubmap(seed, { train, test, extra }, options.sides);
  if (!Number.isSafeInteger(tiles) || tiles < 0 || tiles > MAX_TILES) {
    throw new FtuError('bad-input', `must be a whole number from 0 to ${MAX_TILES}, not ${tiles}`, {
      subject: 'tiles',
    });
  }
  for (const folder of ['hubmap/train', 'hubmap/test', 'external', 'extra']) await makeFolder(join(out, folder));
  const total = slides.length + tiles;
  let done = 0;
  const tell = (): void => {
    if (signal?.aborted) {
      throw new FtuError('cancelled', 'stopped before all slides were drawn', { cause: signal.reason });
    }
    onProgress?.(++done, total);
  };
  const rendered = new Map<PlannedSlide, Rendered>();
  const waiting = [...slides];
  const work = async (): Promise<void> => {
    for (let slide = waiting.shift(); slide !== undefined; slide = waiting.shift()) {
      rendered.set(slide, await writeSlide(slide, out, statedScale));
      tell();
    }
  };
  const threads = Array.from({ length: Math.min(usableThreads(), slides.length) }, work);
  // All of them end before the first failure is told: none may write on into a folder that its owner removes.
  const ended = await Promise.allSettled([...threads, writeExternalTiles(join(out, 'external'), seed, tiles, tell)]);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  const all = slides.flatMap((slide) => rendered.get(slide) ?? []);
  const of = (folder: PlannedSlide['folder']): Rendered[] => all.filter(({ slide }) => slide.folder === folder);
  const competition = join(out, 'hubmap');
  const listed = [...of('hubmap/train'), ...of('hubmap/test')];
  await writeCsv(join(competition, 'HuBMAP-20-dataset_information.csv'), listed.map(informationOf));
  // From z to a: a reader that sorts is found out.
  const tested = of('hubmap/test').sort((a, b) => (a.slide.id > b.slide.id ? -1 : 1));
  const submission = tested.map(({ slide }) => ({ id: slide.id, predicted: '' }));
  await writeCsv(join(competition, 'sample_submission.csv'), submission);
  const labelled = of('hubmap/train').map(({ slide, code }) => ({ id: slide.id, encoding: code }));
  await writeCsv(join(competition, 'train.csv'), labelled);
  const truth = join(out, 'test-truth.csv');
  await writeCsv(
    truth,
    tested.map(({ slide: { id, spec }, code }) => ({
      id,
      image: `hubmap/test/${id}.tiff`,
      rle: code,
      mpp: spec.micronsPerPixel,
    })),
  );
  return { competition, external: join(out, 'external'), extra: join(out, 'extra'), truth };
}
