/**
 * What a plan needs to know of slides: their sizes, how much of them is background that prediction skips, and how fast they are read here. A few
 * windows of a slide tell, and a few slides tell for the others.
 */
import { crop, isColourless, lookAt, mean, meanMicrons, type Raster, type Scale } from '@ftuseg/core';
import { backgroundTestBy } from '@ftuseg/infer';
import { openSlide, pixelScaleOf, type Slide, type SlideLevel, type SlideRow } from '@ftuseg/slide';
import { clockSeconds, processorSeconds } from './clocks.js';

/** A slide without its pixels. */
export interface SurveyedSlide {
  readonly row: SlideRow;
  readonly width: number;
  readonly height: number;
  /** Of level 0, micrometres. */
  readonly micronsPerPixel: number | undefined;
  /** As `micronsPerPixel`, with both sides of pixels that are not square. */
  readonly scale: Scale | undefined;
  readonly levels: readonly SlideLevel[];
  /** How it lies in its file, such as `BigTIFF pyramid JPEG tiles`: what the speed of reading depends on. */
  readonly format: string;
}

/** A grid of tiles over a slide, working pixels. */
export interface Tiling {
  readonly width: number;
  readonly height: number;
  readonly tile: number;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

export interface Looked {
  /** Share of the tiles that are not background. */
  readonly tissue: number;
  /** Of reading, per million working pixels. */
  readonly secondsPerMegapixel: number | undefined;
}

export interface Survey {
  /** @throws {FtuError} what the reader throws */
  slides(rows: readonly SlideRow[]): Promise<readonly SurveyedSlide[]>;
  /** Looks at some tiles of a slide; while there is time, else what the slides before it showed. */
  look(slide: SurveyedSlide, tiling: Tiling): Promise<Looked>;
}

/** Seconds for looking into slides. */
const BUDGET = 3;
/** Tiles of a large slide that are looked at. */
const TILES = 8;
/** Working pixels of a slide that is read as a whole. */
const WHOLE = 1e6;

async function surveyOne(row: SlideRow): Promise<SurveyedSlide> {
  const slide = await openSlide(row.image);
  try {
    const { width, height, levels, info } = slide;
    const [first] = info.levels;
    const format = [info.format, first?.compression, first?.blocks].filter((word) => word !== undefined).join(' ');
    const scale = pixelScaleOf(row, slide);
    return { row, width, height, levels, micronsPerPixel: scale && meanMicrons(scale), scale, format };
  } finally {
    await slide.close();
  }
}

/** So many of the list, evenly spread. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

async function lookInto(
  slide: Slide,
  tiling: Tiling,
  clock: () => number,
  until: () => boolean,
): Promise<Looked | undefined> {
  const { width, height, tile, columns, rows } = tiling;
  if (width > slide.width || height > slide.height) return undefined;
  const places = rows.flatMap((y) => columns.map((x) => ({ x, y })));
  const isTissue = (pixels: Raster, x: number, y: number, colourless = false): boolean =>
    !backgroundTestBy(colourless)(crop(pixels, { x, y, width: tile, height: tile }, 'reflect'));
  const began = clock();
  const seconds = (): number => clock() - began;
  if (width * height <= WHOLE) {
    const pixels = await slide.readRows({ width, height, top: 0, rows: height });
    const secondsPerMegapixel = seconds() / ((width * height) / 1e6);
    const colourless = isColourless(lookAt(pixels));
    const tissue = places.filter(({ x, y }) => isTissue(pixels, x, y, colourless)).length / places.length;
    return { tissue, secondsPerMegapixel };
  }
  let [looked, found, area] = [0, 0, 0];
  for (const { x, y } of spread(places, TILES)) {
    if (looked > 0 && until()) break;
    const [right, bottom] = [Math.min(tile, width - x), Math.min(tile, height - y)];
    const pixels = await slide.readRows({ width, height, top: y, rows: bottom, left: x, columns: right });
    looked++;
    area += right * bottom;
    if (isTissue(pixels, 0, 0)) found++;
  }
  // One tile of tissue too few should not make a slide of nothing.
  return { tissue: (found + 0.5) / (looked + 1), secondsPerMegapixel: seconds() / (area / 1e6) };
}

/**
 * Starts a survey; what it has seen once it knows.
 * @param busy others are at work on the machine: reading is then timed by the processor, not by the clock
 */
export function createSurvey(busy: boolean): Survey {
  const clock = busy ? processorSeconds : clockSeconds;
  const known = new Map<string, Promise<SurveyedSlide>>();
  const looks = new Map<string, Looked>();
  let spent = 0;
  return {
    slides: (rows) =>
      Promise.all(
        rows.map((row) => {
          const key = `${row.image} ${row.micronsPerPixel}`;
          const found = known.get(key) ?? surveyOne(row);
          known.set(key, found);
          return found;
        }),
      ),
    async look(slide, tiling) {
      const key = JSON.stringify([slide.row.image, tiling.width, tiling.tile, tiling.columns.length]);
      const before = looks.get(key);
      if (before !== undefined) return before;
      const others = [...looks.values()];
      const began = performance.now();
      const over = (): boolean => spent + (performance.now() - began) / 1000 > BUDGET;
      if (!over()) {
        const opened = await openSlide(slide.row.image);
        try {
          // A slide that cannot be read is for the step itself to report.
          const found = await lookInto(opened, tiling, clock, over).catch(() => undefined);
          if (found !== undefined) {
            looks.set(key, found);
            return found;
          }
        } finally {
          spent += (performance.now() - began) / 1000;
          await opened.close();
        }
      }
      if (others.length === 0) return { tissue: 1, secondsPerMegapixel: undefined };
      const speeds = others.flatMap(({ secondsPerMegapixel }) => secondsPerMegapixel ?? []);
      return {
        tissue: mean(others.map(({ tissue }) => tissue)),
        secondsPerMegapixel: speeds.length === 0 ? undefined : mean(speeds),
      };
    },
  };
}
