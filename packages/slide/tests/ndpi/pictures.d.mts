/** Types of pictures.mjs for tests in TypeScript. */
import type { Raster } from '@ftuseg/core';

export function tissue(width: number, height: number, seed?: number): Raster;
export function shrink(picture: Raster, factor: number): Raster;
