/** How a loading thread gets an open raster: shared memory as it is, a mapped file by the number of its map. */
import { sharedFileMap } from '@ftuseg/torch';

/** Where a thread finds a raster in a mapped file. */
export interface MapPlace {
  readonly map: number;
  readonly offset: number;
  readonly length: number;
}

/** A raster on its way to another thread. */
export type SharedRaster = Uint8Array | MapPlace;

const places = new WeakMap<Uint8Array, MapPlace>();

/** Says that an array is part of a mapped file. */
export function markMapped(data: Uint8Array, place: MapPlace): void {
  places.set(data, place);
}

/** Whether a raster is a mapped file, and so no memory of the process. */
export const isMapped = (data: Uint8Array): boolean => places.has(data);

/** A raster for another thread, which {@link receiveRaster} opens there. It has to be held here until then. */
export const shareRaster = (data: Uint8Array): SharedRaster => places.get(data) ?? data;

/** A raster that another thread has opened, without reading or mapping it again. */
export function receiveRaster(shared: SharedRaster): Uint8Array {
  if (shared instanceof Uint8Array) return shared;
  return new Uint8Array(sharedFileMap(shared.map), shared.offset, shared.length);
}
