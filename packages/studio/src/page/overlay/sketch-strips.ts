/** What a tool draws while it works, as lines. Pure. */
import type { Sketch } from '../tools/tool.js';
import { boxStrip, circleStrip, type Strip } from './prepare/strips.js';

/** Device pixels along a side of a handle. */
const HANDLE = 7;

/** @param scale device pixels per level-0 pixel */
export function stripsOfSketch({ polygons, line, handles = [], circle }: Sketch, scale: number): Strip[] {
  const strips: Strip[] = polygons.flat().map((places): Strip => ({ places, closed: true }));
  if (line !== undefined) strips.push({ places: line, closed: false });
  const half = HANDLE / 2 / scale;
  for (const { x, y } of handles) strips.push(boxStrip(x - half, y - half, x + half, y + half));
  if (circle !== undefined) strips.push(circleStrip(circle.centre.x, circle.centre.y, circle.radius));
  return strips;
}
