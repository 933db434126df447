/** `ftu info`: what a slide file is, before anything is done with it. */
import { openSlide, type Slide, writePng } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../command.js';

/** Longest side of a thumbnail, pixels. */
const THUMBNAIL_SIDE = 1024;

export const info = defineCommand({
  name: 'info',
  summary: "Show a slide's layout, levels, compression, micrometres per pixel and associated pictures.",
  schema: z.object({
    slide: z.string().describe('the slide file'),
    thumbnail: z.string().optional().describe('also write a small picture of the slide to this PNG file'),
    json: z.boolean().default(false).describe('print an object instead of text'),
  }),
  positionals: ['slide'],
  examples: ['ftu info scan.svs', 'ftu info scan.tif --thumbnail scan.png'],
  async run(options, context) {
    const slide = await openSlide(options.slide);
    try {
      if (options.thumbnail !== undefined) await writeThumbnail(slide, options.thumbnail, context.signal);
      context.print(options.json ? asJson(slide) : describe(slide));
    } finally {
      await slide.close();
    }
  },
});

async function writeThumbnail(slide: Slide, path: string, signal: AbortSignal): Promise<void> {
  const { width, height } = slide;
  const downsample = Math.max(1, Math.max(width, height) / THUMBNAIL_SIDE);
  await writePng(path, await slide.readRegion({ x: 0, y: 0, width, height, downsample }, { signal }));
}

function asJson({ width, height, micronsPerPixel, info }: Slide): string {
  return JSON.stringify({ width, height, micronsPerPixel: micronsPerPixel ?? null, ...info }, null, 1);
}

function describe({ width, height, micronsPerPixel, info }: Slide): string {
  const { format, pixels, levels, micronsPerPixelFrom, associated } = info;
  const scale =
    micronsPerPixel === undefined ? 'unknown' : `${micronsPerPixel.toPrecision(4)} (${micronsPerPixelFrom})`;
  const lines = [
    `format                ${format}`,
    `size                  ${width} x ${height} pixels, ${pixels}`,
    `micrometres per pixel ${scale}`,
    ...levels.map(
      (level, i) =>
        `level ${i}               ${level.width} x ${level.height}, 1/${level.downsample.toFixed(level.downsample % 1 === 0 ? 0 : 2)}, ` +
        `${level.blocks} of ${level.blockWidth} x ${level.blockHeight}, compression ${level.compression}`,
    ),
    `associated pictures   ${associated.join(', ') || 'none'}`,
  ];
  return lines.join('\n');
}
