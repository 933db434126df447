/**
 * Writes a slide as a tiled BigTIFF pyramid, or as an OME-TIFF. JPEG tiles of the slide are taken over as they are where that may be; all else is
 * compressed anew. Labels and overviews are never written: they may name the patient.
 */
import { FtuError, pixelSize, type Scale } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import type { LevelOutput, LevelSink } from '../conversion/level-sink.js';
import type { FormatLimits, LevelOptions, PlannedLevel } from '../conversion/plan-levels.js';
import { type WrittenLevels, writeLevels } from '../conversion/write-levels.node.js';
import { rgbProfileOf } from '../icc/slide-profile.js';
import type { Slide } from '../slide.js';
import { emptyTables, type SlideFacts, type StoredLevel } from './level-fields.js';
import { omeXml } from './ome-xml.js';
import { TiffFile } from './tiff-file.node.js';

export interface TiffOptions extends LevelOptions {
  /** Where an OME-TIFF differs: levels are sub-images of the one page, and its description is OME-XML with the scale and the magnification. */
  readonly layout: 'tiff' | 'ome-tiff';
  /** Of level 0; left out where unknown. */
  readonly micronsPerPixel: Scale | undefined;
  /** What the slide is called, in OME-XML. */
  readonly name: string;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const LIMITS: FormatLimits = { name: 'TIFF', tileStep: 16, codecs: ['jpeg', 'jpeg-2000', 'deflate'], usual: ['jpeg'] };

/** Tiles and directories of one file. */
class TiffSink implements LevelSink {
  readonly file: TiffFile;
  readonly levels: StoredLevel[] = [];
  readonly #width: number;

  constructor(file: TiffFile, width: number) {
    this.file = file;
    this.#width = width;
  }

  async begin(number: number, level: PlannedLevel): Promise<LevelOutput> {
    const { width, height, blockWidth, blockHeight, form } = level;
    const tiles = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight);
    const predictor = form.codec === 'deflate';
    const downsample = number === 0 ? 1 : this.#width / width;
    const stored = { width, height, blockWidth, blockHeight, form, predictor, downsample, ...emptyTables(tiles) };
    this.levels[number] = stored;
    let next = 0;
    return {
      append: async (more) => {
        const first = next;
        next += more.length;
        await this.file.append(stored, more, (i) => first + i);
      },
      finish: async () => {
        if (next !== tiles) throw new RangeError(`${next} tiles of ${tiles}`);
      },
    };
  }
}

/**
 * The file appears under its name when it is whole, or not at all.
 * @returns its levels, and what became of their tiles
 * @throws FtuError `bad-input` for impossible options, or tiles that cannot be kept; `io`; `cancelled`; whatever reading the slide throws
 * @example
 * await writeTiff('copy.ome.tif', slide, { layout: 'ome-tiff', compression: 'jpeg', name: 'scan', micronsPerPixel: slide.micronsPerPixel });
 */
export async function writeTiff(path: string, slide: Slide, options: TiffOptions): Promise<WrittenLevels> {
  const { layout, micronsPerPixel, name } = options;
  for (const side of micronsPerPixel === undefined ? [] : Object.values(pixelSize(micronsPerPixel))) {
    if (side > 0.003 && side < 1e6) continue;
    throw new FtuError('bad-input', `micrometres per pixel must lie between 0.003 and 1000000, not ${side}`);
  }
  let written: WrittenLevels | undefined;
  await writeAtomically(path, async (file) => {
    const begin = async (): Promise<TiffSink> => {
      await file.truncate(0);
      return new TiffSink(new TiffFile(file), slide.width);
    };
    const { sink, levels } = await writeLevels(slide, begin, { ...options, limits: LIMITS });
    const samples = sink.levels[0]?.form.colours === 'grey' ? 1 : 3;
    const { width, height, info } = slide;
    const ome = { name, width, height, samples, micronsPerPixel, objectivePower: info.objectivePower } as const;
    const profile = await rgbProfileOf(slide);
    const facts: SlideFacts = { micronsPerPixel, profile, ...(layout === 'tiff' ? {} : { description: omeXml(ome) }) };
    await sink.file.finish(sink.levels, facts, layout === 'tiff' ? 'pages' : 'sub-images');
    written = { levels };
  });
  if (written === undefined) throw new RangeError('nothing was written');
  return written;
}
