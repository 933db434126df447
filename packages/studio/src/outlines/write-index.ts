/** Writes the packed index of objects that have found their chunks; see `index-layout.ts` for what lies where. */
import type { PackedChunk } from './chunk-builder.js';
import { DETAIL_LEVELS, INDEX_HEADER, INDEX_MAGIC, INDEX_VERSION, indexOffsets } from './index-layout.js';
import { ID_OCTETS, numberedId, placeOfId, sameId, writeId } from './object-ids.js';
import type { ObjectRows } from './object-rows.js';

interface ToIndex {
  readonly width: number;
  readonly height: number;
  /** Rows of the objects, as the chunks have them. */
  readonly order: readonly number[];
  readonly chunks: readonly Omit<PackedChunk, 'buffer'>[];
  readonly classes: readonly string[];
  readonly leftOut: number;
  readonly emptyRings: number;
  readonly notes: readonly string[];
}

/** Gives every object a place in an open table (linear probing), and an id of its own if another has it. */
function placeIds(rows: ObjectRows, order: readonly number[], places: number): { table: Uint32Array; renamed: number } {
  const table = new Uint32Array(places);
  const { ids, names, nameless } = rows;
  let [renamed, number] = [0, 0];
  /** @returns false if the id is taken */
  const place = (object: number, row: number): boolean => {
    for (let at = placeOfId(ids, ID_OCTETS * row, places); ; at = (at + 1) & (places - 1)) {
      const other = order[(table[at] as number) - 1];
      if (other === undefined) {
        table[at] = object + 1;
        return true;
      }
      if (sameId(ids, ID_OCTETS * other, ids, ID_OCTETS * row) && names.get(other) === names.get(row)) return false;
    }
  };
  const later: number[] = [];
  for (const [object, row] of order.entries()) if (nameless.has(row) || !place(object, row)) later.push(object);
  for (const object of later) {
    const row = order[object] ?? 0;
    names.delete(row);
    do writeId(numberedId(++number), ids, ID_OCTETS * row);
    while (!place(object, row));
    renamed++;
  }
  return { table, renamed };
}

/** @param rows its duplicate ids are changed */
export function writeIndex(rows: ObjectRows, { width, height, order, chunks, ...facts }: ToIndex): ArrayBuffer {
  const objects = order.length;
  const places = 2 ** Math.max(1, Math.ceil(Math.log2(2 * objects + 1)));
  const { table, renamed } = placeIds(rows, order, places);
  const utf8 = new TextEncoder();
  const names = order
    .map((row) => rows.names.get(row))
    .map((name) => (name === undefined ? undefined : utf8.encode(name)));
  const nameOctets = names.reduce((sum, name) => sum + (name?.length ?? 0), 0);
  const json = utf8.encode(JSON.stringify({ ...facts, renamed }));
  const counts = { objects, chunks: chunks.length, places, nameOctets, jsonOctets: json.length };
  const at = indexOffsets(counts);
  const buffer = new ArrayBuffer(at.length);
  new Uint32Array(buffer, 0, INDEX_HEADER).set([
    INDEX_MAGIC,
    INDEX_VERSION,
    objects,
    chunks.length,
    places,
    nameOctets,
    json.length,
    width,
    height,
  ]);
  const areas = new Float64Array(buffer, at.areas, objects);
  const boxes = new Int32Array(buffer, at.boxes, 4 * objects);
  const probabilities = new Float32Array(buffer, at.probabilities, objects);
  const ids = new Uint8Array(buffer, at.ids, ID_OCTETS * objects);
  const classOf = new Uint8Array(buffer, at.classes, objects);
  for (const [object, row] of order.entries()) {
    areas[object] = rows.areas[row] as number;
    probabilities[object] = rows.probabilities[row] as number;
    classOf[object] = rows.classOf[row] as number;
    for (let i = 0; i < 4; i++) boxes[4 * object + i] = rows.boxes[4 * row + i] as number;
    for (let i = 0; i < ID_OCTETS; i++) ids[ID_OCTETS * object + i] = rows.ids[ID_OCTETS * row + i] as number;
  }
  new Uint32Array(buffer, at.table, places).set(table);
  if (nameOctets > 0) writeNames(buffer, at, names);
  writeChunks(buffer, at, chunks);
  new Uint8Array(buffer, at.json, json.length).set(json);
  return buffer;
}

function writeNames(
  buffer: ArrayBuffer,
  at: { readonly nameEnds: number; readonly names: number },
  names: readonly (Uint8Array | undefined)[],
): void {
  const ends = new Uint32Array(buffer, at.nameEnds, names.length + 1);
  let end = 0;
  for (const [object, name] of names.entries()) {
    if (name !== undefined) new Uint8Array(buffer, at.names + end, name.length).set(name);
    end += name?.length ?? 0;
    ends[object + 1] = end;
  }
}

function writeChunks(
  buffer: ArrayBuffer,
  at: ReturnType<typeof indexOffsets>,
  chunks: readonly Omit<PackedChunk, 'buffer'>[],
): void {
  const first = new Uint32Array(buffer, at.chunkFirst, chunks.length + 1);
  const boxes = new Int32Array(buffer, at.chunkBoxes, 4 * chunks.length);
  const vertices = new Uint32Array(buffer, at.chunkVertices, chunks.length);
  const octets = new Uint32Array(buffer, at.chunkOctets, chunks.length);
  const detail = new Uint32Array(buffer, at.chunkDetail, DETAIL_LEVELS * chunks.length);
  for (const [i, chunk] of chunks.entries()) {
    first[i + 1] = (first[i] as number) + chunk.objects;
    boxes.set(chunk.box, 4 * i);
    vertices[i] = chunk.vertices;
    octets[i] = chunk.octets;
    detail.set(chunk.detail, DETAIL_LEVELS * i);
  }
}
