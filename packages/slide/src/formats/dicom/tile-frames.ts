/**
 * Which frame is which tile of a level: in order, or where each frame says. Of several optical paths the first brightfield one is taken, of focal
 * planes the nearest to a height where frames state theirs, else the first.
 * Source: PS3.3, C.7.6.17.3 (TILED_FULL) and C.8.12.6 (positions).
 */
import { SlideError } from '../../slide-error.js';
import type { Instance } from './instance.js';
import { damaged } from './structure/cursor.js';

/** One frame of one of the files of a level. */
export interface TileFrame {
  readonly file: number;
  /** In that file. */
  readonly frame: number;
}

export interface TileFrames {
  readonly across: number;
  readonly down: number;
  /** Frames that are tiles. */
  readonly count: number;
  /** Undefined for a tile that was never written. */
  frameOf(tile: number): TileFrame | undefined;
  /** A tile that was written. */
  readonly firstTile: number;
  /** Place of the optical path in the file's list. */
  readonly path: number;
  /** Height of the focal plane, micrometres; undefined where frames state none, or where each tile has a height of its own. */
  readonly plane: number | undefined;
  /** Heights of all focal planes, as far as frames state them. */
  readonly planes: readonly number[];
  readonly notes: readonly string[];
}

/** Codes of illumination. Source: PS3.16, context group 8123. */
const BRIGHTFIELD = '111744';
const FLUORESCENCE = '111743';

/** That of several heights which is nearest to a height, of two as near the first. */
export const nearestPlane = ([first = 0, ...others]: readonly number[], height: number): number =>
  others.reduce((best, plane) => (Math.abs(plane - height) < Math.abs(best - height) ? plane : best), first);

/**
 * @param parts the files of the level in their order
 * @param plane height of the focal plane that is wanted, micrometres
 */
export function tileFrames(parts: readonly [Instance, ...Instance[]], samples: number, plane: number): TileFrames {
  const [first] = parts;
  const { width, height, tileWidth, tileHeight, paths, focalPlanes } = first;
  const subject = first.file.source.name;
  const [across, down] = [Math.ceil(width / tileWidth), Math.ceil(height / tileHeight)];
  const isFluorescence = samples === 1 && (paths.length > 1 || paths[0]?.illumination === FLUORESCENCE);
  if (isFluorescence) {
    throw new SlideError('unsupported', `fluorescence slides (${paths.length} optical paths) are not supported`, {
      subject,
      hint: 'export it as brightfield RGB',
    });
  }
  const path = Math.max(
    paths.findIndex(({ illumination }) => illumination === BRIGHTFIELD),
    0,
  );
  const pathNote = paths.length > 1 ? [`${paths.length} optical paths, of which number ${path + 1} is read`] : [];
  const starts = startsOf(parts);
  const total = starts.at(-1) as number;
  const place = (frame: number): TileFrame => {
    const file = starts.findIndex((start, i) => frame < (starts[i + 1] as number) && frame >= start);
    return { file, frame: frame - (starts[file] as number) };
  };
  const positioned = parts.every(({ file, frames }) => file.positions.count === frames);
  const tiles = across * down;
  const needed = tiles * focalPlanes * Math.max(paths.length, 1);
  const organization = first.organization ?? 'TILED_SPARSE';
  if (organization !== 'TILED_FULL' && organization !== 'TILED_SPARSE') {
    throw new SlideError(
      'unsupported',
      `frames that are organised as ${JSON.stringify(organization.slice(0, 32))} are not supported`,
      {
        subject,
        hint: 'export it with frames as tiles of one picture',
      },
    );
  }
  // Files without positions that do not say how frames lie have them in order, if there is one for each tile.
  const isInOrder =
    organization === 'TILED_FULL' || (first.organization === undefined && !positioned && total === needed);
  if (!isInOrder) {
    if (!positioned) throw damaged(subject, 'its header', `the positions of its ${total} frames are missing`);
    const found = sparse(parts, [across, down], { path: paths[path]?.id, height: plane }, place, starts);
    const note = found.plane === undefined ? [] : planeNote(found.planes.length, `the one at ${found.plane} µm`);
    return { ...found, across, down, path, notes: [...pathNote, ...note] };
  }
  if (total !== needed) {
    const planes = `${focalPlanes > 1 ? ` in ${focalPlanes} focal planes` : ''}${paths.length > 1 ? ` of ${paths.length} optical paths` : ''}`;
    const problem = `it has ${total} frames where ${across} x ${down} tiles${planes} need ${needed}`;
    throw damaged(subject, 'its header', problem);
  }
  const begin = path * focalPlanes * tiles;
  if (positioned) checkOrder(parts, across, tiles, (tile) => place(begin + tile));
  const notes = [...pathNote, ...planeNote(focalPlanes, 'the first')];
  const frameOf = (tile: number): TileFrame => place(begin + tile);
  return { across, down, count: tiles, frameOf, firstTile: 0, path, plane: undefined, planes: [], notes };
}

const planeNote = (planes: number, which: string): string[] =>
  planes > 1 ? [`${planes} focal planes, of which ${which} is read`] : [];

/** Frames in order may say where they lie as well, and must not say otherwise. */
function checkOrder(
  parts: readonly Instance[],
  across: number,
  tiles: number,
  frameOf: (tile: number) => TileFrame,
): void {
  for (let tile = 0; tile < tiles; tile++) {
    const { file, frame } = frameOf(tile);
    const part = parts[file];
    if (part === undefined) continue;
    const [column, row] = [part.file.positions.column(frame), part.file.positions.row(frame)];
    const wanted = [(tile % across) * part.tileWidth + 1, Math.floor(tile / across) * part.tileHeight + 1];
    const differs = (value: number, i: number): boolean => !Number.isNaN(value) && value !== wanted[i];
    if (!differs(column, 0) && !differs(row, 1)) continue;
    const problem = `it says column ${column}, row ${row}, and the order of frames ${wanted.join(', ')}`;
    throw damaged(part.file.source.name, `the position of frame ${frame}`, problem);
  }
}

/** Frames before each part, and in all of them. */
function startsOf(parts: readonly Instance[]): number[] {
  const starts = [0];
  for (const { frames } of parts) starts.push((starts.at(-1) as number) + frames);
  return starts;
}

interface Wanted {
  /** Name of the optical path. */
  readonly path: string | undefined;
  readonly height: number;
}

/**
 * Heights of the frames of a path, and which of them is read.
 * @returns no `plane` where no two frames lie above each other: then their heights are where the scanner was in focus, and all are one picture
 */
function planesOf(parts: readonly Instance[], { path, height }: Wanted): Pick<TileFrames, 'plane' | 'planes'> {
  const heights = new Set<number>();
  const places = new Set<string>();
  let count = 0;
  for (const part of parts) {
    const { positions } = part.file;
    for (let frame = 0; frame < part.frames; frame++) {
      if (!isOfPath(part, frame, path)) continue;
      heights.add(positions.z(frame));
      places.add(`${positions.column(frame)} ${positions.row(frame)}`);
      count++;
    }
  }
  const planes = [...heights];
  const isStack = planes.length === 1 || places.size < count;
  return { planes, plane: isStack ? nearestPlane(planes, height) : undefined };
}

function isOfPath({ file, sharedPath }: Instance, frame: number, wanted: string | undefined): boolean {
  const path = file.positions.path(frame) ?? sharedPath;
  return wanted === undefined || path === undefined || path === wanted;
}

function sparse(
  parts: readonly Instance[],
  [across, down]: readonly [number, number],
  wanted: Wanted,
  place: (frame: number) => TileFrame,
  starts: readonly number[],
): Pick<TileFrames, 'count' | 'frameOf' | 'firstTile' | 'plane' | 'planes'> {
  const frames = new Map<number, number>();
  const { plane, planes } = planesOf(parts, wanted);
  let firstTile: number | undefined;
  for (const [i, part] of parts.entries()) {
    const { frames: count, tileWidth, tileHeight } = part;
    const { positions, source } = part.file;
    for (let frame = 0; frame < count; frame++) {
      if (!isOfPath(part, frame, wanted.path) || (plane !== undefined && positions.z(frame) !== plane)) continue;
      const [column, row] = [(positions.column(frame) - 1) / tileWidth, (positions.row(frame) - 1) / tileHeight];
      const where = `frame ${frame}`;
      const at = `column ${positions.column(frame)}, row ${positions.row(frame)}`;
      if (Number.isNaN(column) || Number.isNaN(row)) throw damaged(source.name, where, 'its position is missing');
      if (!Number.isInteger(column) || !Number.isInteger(row)) {
        throw new SlideError('unsupported', `${where} at ${at} is not on the grid of tiles`, {
          subject: source.name,
          hint: 'export it with tiles that lie side by side',
        });
      }
      if (column < 0 || row < 0 || column >= across || row >= down) {
        throw damaged(source.name, where, `its position (${at}) is outside the picture`);
      }
      const tile = row * across + column;
      if (frames.has(tile)) throw damaged(source.name, where, `an earlier frame has its position (${at})`);
      frames.set(tile, (starts[i] as number) + frame);
      firstTile ??= tile;
    }
  }
  if (firstTile === undefined) {
    const subject = parts[0]?.file.source.name ?? '';
    throw damaged(subject, 'its header', 'no frame belongs to the first optical path');
  }
  const frameOf = (tile: number): TileFrame | undefined => {
    const frame = frames.get(tile);
    return frame === undefined ? undefined : place(frame);
  };
  return { count: frames.size, frameOf, firstTile, plane, planes };
}
