/** Names of objects: the same in every file and every run, and other ones on every slide. */
import { nameUuid } from '@ftuseg/slide/browser';
import type { MeasuredObject } from './object-measures.js';

/** @param index of the object in its slide */
export const objectId = (slide: string, index: number, { name, box, pixels }: MeasuredObject): string =>
  nameUuid([JSON.stringify([slide, index, name, box.x, box.y, box.width, box.height, pixels.area, pixels.centroid])]);
