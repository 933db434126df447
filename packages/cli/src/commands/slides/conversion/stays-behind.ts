/** What of a slide is not in what was written, so that nobody takes it for the whole. */
import type { Scale } from '@ftuseg/core';
import { rgbProfileOf, type Slide } from '@ftuseg/slide';
import type { TargetFormat } from './target.js';

/** @returns sentences for people */
export async function staysBehind(slide: Slide, scale: Scale | undefined, format: TargetFormat): Promise<string[]> {
  const { bounds, info } = slide;
  const hasProfile = (await slide.readIccProfile?.()) !== undefined;
  const isCarried = (await rgbProfileOf(slide)) !== undefined;
  const { pixels, associated, notes = [], objectivePower } = info;
  const bits = Number(/^(\d+)-bit/.exec(pixels)?.[1] ?? 8);
  const keepsPower = format === 'ome-tiff' || format === 'dicom';
  return [
    ...(notes.length === 0 ? [] : [`of the file are left out or assumed: ${notes.join('; ')}`]),
    ...(bounds === undefined
      ? []
      : [
          `it is written with the glass around what was scanned: GeoJSON of QuPath that counts from (${bounds.x}, ${bounds.y}) of the original does not fit it`,
        ]),
    ...(bits > 8 ? [`its samples of ${bits} bits are written with 8`] : []),
    ...(pixels.includes('opacity') ? ['its transparent pixels are written as they look on white paper'] : []),
    ...(associated.length === 0 ? [] : [`not written, since they may name the patient: ${associated.join(', ')}`]),
    ...(objectivePower === undefined || keepsPower
      ? []
      : [`its magnification (${objectivePower}) has no place in the format: --format ome-tiff keeps it`]),
    ...(scale === undefined ? ['its scale is unknown, and none is written: say it with --microns-per-pixel'] : []),
    ...(format === 'ome-zarr' && isCarried ? ['its ICC profile has no place in OME-Zarr: TIFF and DICOM keep it'] : []),
    ...(hasProfile && !isCarried ? ['its ICC profile is damaged, or not for RGB, or not for pixels like its own'] : []),
  ];
}
