/**
 * Which tiles no network needs to see: background, told by colour on stained slides, and by plain white on slides without colour, where
 * the colour test would take all tissue for background.
 */
import {
  isColourless,
  isPlain,
  isPlainWhite,
  lookAt,
  overviewSize,
  percent,
  type Raster,
  type SlideLook,
  stainedShare,
  TISSUE_SHARE,
} from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { readAround } from './read-window.js';

/** Every fourth pixel of every fourth row tells tissue from background well enough: a tile is kept at half the share that names it tissue. */
const STEP = 4;
/** A person should know where so many times more of the picture is visible than of the tiles was looked at; sooner where hardly any was. */
const VISIBLE_PER_TILE = 4;
const FEW = { share: 0.005, visiblePerTile: 2 };

/** Whether a tile is background. */
export type BackgroundTest = (tile: Raster) => boolean;

/** The whole slide, at most 1600 pixels wide; what cannot be decoded is white. */
export async function readOverview(slide: Slide, signal: AbortSignal | undefined): Promise<Raster> {
  const size = overviewSize(slide);
  return readAround(slide, size, { x: 0, y: 0, ...size }, signal, () => undefined);
}

/** @param colourless the slide has hardly any colour (see core's `isColourless`) */
export const backgroundTestBy = (colourless: boolean): BackgroundTest =>
  colourless ? (tile) => isPlainWhite(tile, STEP) : (tile) => stainedShare(tile, STEP) < TISSUE_SHARE / 2;

/** @returns the test that suits a slide that looks like this */
export const backgroundTest = (look: SlideLook): BackgroundTest => backgroundTestBy(isColourless(look));

/** The test for a slide, by its overview. */
export const backgroundTestOf = async (slide: Slide, signal: AbortSignal | undefined): Promise<BackgroundTest> =>
  backgroundTest(lookAt(await readOverview(slide, signal)));

/** The sentence about a slide of which all tiles were taken for background. @param seen what the picture shows nonetheless */
export const notLookedAt = (tiles: number, seen = ''): string =>
  `no tile was looked at: all ${tiles} were taken for background${seen}; look at the slide, and predict with --include-background if there is tissue`;

export interface BackgroundFacts {
  /** Something that a person must read: no tile was looked at. */
  readonly warning?: string;
  /** Something that a person should know. */
  readonly note?: string;
}

/**
 * What the tissue test did to a slide.
 * @param tiles of the slide; @param background of them, taken for background
 */
export function backgroundFacts(look: SlideLook, tiles: number, background: number): BackgroundFacts {
  if (tiles > 0 && background === tiles) {
    const seen = isPlain(look)
      ? ''
      : `, although ${percent(look.visible)} of the picture stands out from its background`;
    return { warning: notLookedAt(tiles, seen) };
  }
  if (isColourless(look)) {
    const kept =
      background === 0
        ? 'all tiles are looked at'
        : `all tiles are looked at but ${background} of ${tiles} that are plain white`;
    return { note: `the slide has hardly any colour: ${kept}` };
  }
  const looked = tiles === 0 ? 1 : 1 - background / tiles;
  const usual = looked < FEW.share ? FEW.visiblePerTile : VISIBLE_PER_TILE;
  if (look.visible > usual * looked) {
    return {
      note: `${percent(1 - looked)} of the tiles were taken for background, although ${percent(look.visible)} of the picture stands out from its background; --include-background looks at all of them`,
    };
  }
  return {};
}
