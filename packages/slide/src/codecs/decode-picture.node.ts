/** Pictures inside blocks by libvips, which does its work on the thread pool. */
import { sharp } from '../sharp.node.js';
import type { EncodedBlock } from './codec.js';

/** A complete JPEG or WebP stream to its samples: grey or RGB, with or without opacity, or four inks. */
export async function decodePicture(
  stream: Uint8Array,
  { width, height, samples }: EncodedBlock,
  format: 'jpeg' | 'webp',
): Promise<Uint8Array> {
  const picture = sharp(stream, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: 4 * width * Math.max(height, 256),
  });
  const inks = format === 'jpeg' && samples === 4;
  const space = inks ? 'cmyk' : samples === 1 ? 'b-w' : 'srgb';
  // An opaque WebP has no fourth channel, whatever the page says.
  const whole = format === 'webp' && samples === 4 ? picture.ensureAlpha() : picture;
  // Without a pipeline in CMYK, inks would pass through a profile and back.
  const plain = inks ? whole.pipelineColourspace(space) : whole;
  const { data, info } = await plain.toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height < height || info.channels !== samples) {
    throw new Error(
      `it has ${info.width} x ${info.height} pixels of ${info.channels} samples, not ${width} x ${height} of ${samples}`,
    );
  }
  const out = new Uint8Array(data.buffer, data.byteOffset, data.length);
  // libvips turns four components round, as Adobe's programs store them in files of their own; TIFFs have them as they are.
  return inks ? out.map((value) => 255 - value) : out;
}
