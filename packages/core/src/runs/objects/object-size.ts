/** How large an object is, where all of it is seen. */
import type { Rect } from '../../raster/raster.js';

/**
 * Whether the edge of a picture does not cut an object.
 * @param box of the object, in the pixels of the picture
 * @example
 * isWhole({ x: 0, y: 5, width: 10, height: 10 }, { width: 100, height: 100 }); // false
 */
export const isWhole = (
  { x, y, width, height }: Rect,
  picture: { readonly width: number; readonly height: number },
): boolean => x > 0 && y > 0 && x + width < picture.width && y + height < picture.height;

/**
 * The diameter of a disc of this area, in the unit whose square the area is in.
 * @example
 * equivalentDiameter(Math.PI); // 2
 */
export const equivalentDiameter = (area: number): number => Math.sqrt((4 * area) / Math.PI);
