/**
 * What a prediction of one slide will do, before it does anything: which grids and tiles each model sees, and on which grid their
 * answers meet. The dry run prints it; the work follows it.
 */
import { FtuError, isSquare, meanMicrons, type Scale, type TestTimeView } from '@ftuseg/core';
import type { ColourChoice, Slide } from '@ftuseg/slide';
import type { Ensemble } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { noClassifier } from '../session/checks/onnx-refusals.js';
import type { ClassifierGate } from '../session/classifier-gate.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { checkGateTiles, tileGeometry } from '../settings/tile-geometry.js';
import { bestTile } from './best-tile.js';
import { colourChoice } from './colour-choice.js';
import { requireAreaScale } from './least-area-unit.js';
import { windowGrid } from './reference-grid.js';
import { layoutTiles, type TileLayout } from './tile-layout.js';
import { viewsByName } from './views.js';
import { knownScale, type SlideSize, shapeNote, type WorkingGrid, workingGrid } from './working-grid.js';

/** One model at one magnification. */
export interface Member {
  readonly model: SegmentationModel;
  /** Share in the ensemble; the shares of all members add up to 1. */
  readonly share: number;
  readonly grid: WorkingGrid;
  readonly layout: TileLayout;
  /** Of neighbouring tiles, working pixels. */
  readonly overlap: number;
  readonly batchSize: number;
  /** What its tile classifier does to its maps; undefined: nothing. */
  readonly gate: ClassifierGate | undefined;
  /** In which colours its network is shown slides. */
  readonly colours: ColourChoice;
  /** Tiles of the slide. */
  readonly tiles: number;
}

export interface SlidePlan {
  readonly slide: Pick<Slide, 'width' | 'height' | 'bounds'>;
  /** Of the slide, level-0; undefined: unknown. */
  readonly micronsPerPixel: number | undefined;
  /** As `micronsPerPixel`, with both sides where the slide's pixels are not square. */
  readonly scale: Scale | undefined;
  /** What a person should know of the shape of the pixels that networks see; undefined where they are square. */
  readonly shapeNote: string | undefined;
  readonly classes: readonly string[];
  readonly settings: ResolvedSettings;
  readonly members: readonly Member[];
  /** Where the members' probabilities meet: the finest of their grids. */
  readonly grid: WorkingGrid;
  readonly views: readonly TestTimeView[];
  /** Tiles of all members; each is shown once per view, unless it is background and the merge is not `or`. */
  readonly tiles: number;
}

/**
 * @param micronsPerPixel of level 0, where it is known better than by the slide
 * @throws {FtuError} `bad-input` for tiles that do not work, and as `workingGrid`; `unsupported` for windows of level 0 (merge or) on pixels that
 * are not square
 * @example
 * planSlide(slide, ensembleOf([model]), resolveSettings({}, { classes, threshold: 0.5 })).tiles;
 */
export function planSlide(
  slide: SlideSize,
  ensemble: Ensemble,
  settings: ResolvedSettings,
  micronsPerPixel: Scale | undefined = settings.micronsPerPixel,
): SlidePlan {
  const total = ensemble.members.reduce((sum, { weight }) => sum + weight, 0) * settings.scales.length;
  const members = ensemble.members.flatMap(({ model, weight }) =>
    settings.scales.map((scale): Member => {
      const { card, session } = model;
      const grid = workingGrid(slide, card, { micronsPerPixel, downsample: settings.downsample }, scale);
      const auto = settings.tileSize === 'auto' ? bestTile(grid, card.tileSize, settings) : undefined;
      const { tileSize, overlap } = tileGeometry(settings, card.tileSize, auto);
      checkGate(model, settings);
      refuseMillions(slide, grid, tileSize, overlap);
      const layout = layoutTiles(grid, tileSize, overlap);
      const { columns, rows } =
        settings.merge === 'or' ? windowGrid(slide, tileSize, overlap, grid.downsample) : layout;
      return {
        model,
        share: weight / total,
        grid,
        overlap,
        layout,
        tiles: columns.length * rows.length,
        batchSize: settings.batchSize ?? session.bestBatch ?? 4,
        gate: settings.classifierGate,
        colours: colourChoice(settings, card),
      };
    }),
  );
  const scale = knownScale(slide, micronsPerPixel);
  requireAreaScale(settings, scale);
  if (settings.merge === 'or' && scale !== undefined && !isSquare(scale)) {
    throw new FtuError(
      'unsupported',
      'windows of level 0 (merge or) need square pixels, and those of this slide are not',
      {
        hint: 'merge by hann, gaussian, mean or center',
      },
    );
  }
  const grid = members.reduce((best, one) => (one.grid.width > best.width ? one.grid : best), firstGrid(members));
  return {
    slide: {
      width: slide.width,
      height: slide.height,
      ...(slide.bounds === undefined ? {} : { bounds: slide.bounds }),
    },
    micronsPerPixel: scale === undefined ? undefined : meanMicrons(scale),
    scale,
    shapeNote: shapeNote(slide, grid, micronsPerPixel),
    classes: ensemble.classes,
    settings,
    members,
    grid,
    views: viewsByName(settings.views),
    tiles: members.reduce((sum, { tiles }) => sum + tiles, 0),
  };
}

/** Tiles of one member from which a slide that is enlarged is a mistake of scale, and any slide is one of settings. */
const MAX_ENLARGED_TILES = 1_000_000;
const MAX_TILES = 20_000_000;

/** Counted before tiles are laid out: a list of them would not fit in memory. */
function refuseMillions(slide: SlideSize, grid: WorkingGrid, tile: number, overlap: number): void {
  const along = (length: number): number => Math.max(1, Math.ceil((length - overlap) / (tile - overlap)));
  const tiles = along(grid.width) * along(grid.height);
  const enlarged = grid.downsample < 1;
  if (tiles <= (enlarged ? MAX_ENLARGED_TILES : MAX_TILES)) return;
  const size = `${slide.width} x ${slide.height} pixels`;
  throw new FtuError(
    'bad-input',
    `${size}${enlarged ? ` enlarged to ${grid.width} x ${grid.height}` : ''} are ${tiles} tiles`,
    {
      hint: `check the slide's micrometres per pixel, in column "mpp" of the slide table or with --microns-per-pixel${enlarged ? '' : ', and the overlap'}`,
    },
  );
}

function firstGrid([first]: readonly Member[]): WorkingGrid {
  if (first === undefined) throw new RangeError('an ensemble has members');
  return first.grid;
}

/**
 * Finds before any slide what would stop every one.
 * @throws {FtuError} `bad-input` for tiles that do not work with one of the models, and for a gate that one of them has no classifier for
 */
export function checkTiles({ members }: Ensemble, settings: ResolvedSettings): void {
  for (const { model } of members) {
    tileGeometry(settings, model.card.tileSize);
    checkGate(model, settings);
  }
}

/** A gate takes a classifier, and the tiles that it learnt. */
function checkGate({ card, source }: SegmentationModel, settings: ResolvedSettings): void {
  if (settings.classifierGate !== undefined && card.tileOutput !== true) throw noClassifier(source.name);
  checkGateTiles(settings, card.tileSize, source.name);
}
