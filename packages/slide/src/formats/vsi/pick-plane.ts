/** Which tiles make the picture: one focal plane and one time of one brightfield channel. */
import { damagedVsi, unsupportedVsi } from './errors.js';
import type { ReadableHeader } from './ets-header.js';
import type { DimensionKind, Stack } from './stacks.js';
import type { TileTable } from './tile-table.js';

export interface PlaneTiles {
  /** Numbers of tiles in the table. */
  readonly tiles: Int32Array;
  /** What is left out, in clauses. */
  readonly notes: readonly string[];
}

/** Column and row. */
const PLACE = 2;

/** @throws {SlideError} `unsupported` for fluorescence, and for dimensions of which nobody says what they are */
export function pickPlane(
  table: TileTable,
  { file, hasLevels, samples }: ReadableHeader,
  { dimensions, isTransmission }: Stack,
  subject: string,
): PlaneTiles {
  if (samples === 1 && !isTransmission) {
    throw unsupportedVsi(subject, `${file}: a grey picture that does not say that it is brightfield is not supported`);
  }
  const { coordinates, perTile } = table;
  const last = perTile - 1;
  if (!hasLevels && coordinates.some((value, i) => i % perTile === last && value !== 0)) {
    // Bio-Formats takes the last coordinate for a dimension there, others for a level all the same.
    throw unsupportedVsi(subject, `${file}: a last coordinate of tiles that is no level is not supported`);
  }
  const picked = new Map<number, number>();
  const notes: string[] = [];
  for (let at = PLACE; at < last; at++) {
    const values = new Set<number>();
    for (let i = at; i < coordinates.length; i += perTile) values.add(coordinates[i] ?? 0);
    const sorted = [...values].sort((a, b) => a - b);
    if ((sorted[0] ?? 0) < 0) throw damagedVsi(subject, `${file}: a coordinate of a tile is ${sorted[0]}`);
    const kind = dimensions.get(at - PLACE);
    picked.set(at, pickValue(kind, sorted));
    if (sorted.length === 1) continue;
    if (kind === 'focal planes') notes.push(`${sorted.length} focal planes, of which the middle one is read`);
    else if (kind === 'time points') notes.push(`${sorted.length} time points, of which the first is read`);
    else throw otherDimension(file, kind, sorted.length, subject);
  }
  const isPicked = (tile: number): boolean =>
    [...picked].every(([at, value]) => coordinates[tile * perTile + at] === value);
  const tiles = Int32Array.from(Array.from({ length: table.count }, (_, tile) => tile).filter(isPicked));
  return { tiles, notes: [...notes, ...elsewhere(table, tiles), ...tableNotes(table)] };
}

const tableNotes = ({ shared, behind }: TileTable): readonly string[] => [
  ...(shared === 0 ? [] : [`tiles that lie in the bytes of another and show the same: ${shared}`]),
  ...(behind === 0 ? [] : [`${behind} bytes behind the table of tiles, which are not read`]),
];

const pickValue = (kind: DimensionKind | undefined, values: readonly number[]): number =>
  values[kind === 'focal planes' ? values.length >> 1 : 0] ?? 0;

function otherDimension(file: string, kind: DimensionKind | undefined, count: number, subject: string): Error {
  if (kind === undefined)
    return unsupportedVsi(subject, `${file}: a dimension of ${count}, of which the .vsi does not say what it is`);
  return unsupportedVsi(
    subject,
    `${file}: ${count} ${kind} (VSI), such as of fluorescence, are not supported`,
    'export the brightfield channel from cellSens as a slide of its own',
  );
}

/** Places of level 0 that have a tile in planes that are not read. */
function elsewhere({ coordinates, perTile, count }: TileTable, tiles: Int32Array): readonly string[] {
  if (tiles.length === count) return [];
  const at = (tile: number): string | undefined => {
    const own = coordinates.subarray(tile * perTile, (tile + 1) * perTile);
    return own[perTile - 1] === 0 ? `${own[0]},${own[1]}` : undefined;
  };
  const read = new Set(Array.from(tiles, at));
  const all = new Set(Array.from({ length: count }, (_, tile) => at(tile)));
  all.delete(undefined);
  read.delete(undefined);
  return all.size === read.size ? [] : [`${all.size - read.size} tiles that are stored in other planes only`];
}
