/** The profile of sRGB, for files whose colours are: the one that libvips brings. */
import { sharp, sharpLibrary } from '../sharp.node.js';

let known: Promise<Uint8Array> | undefined;

async function read(): Promise<Uint8Array> {
  const pixel = sharpLibrary()({ create: { width: 1, height: 1, channels: 3, background: 'white' } });
  const { icc } = await sharp(await pixel.withIccProfile('srgb').png().toBuffer()).metadata();
  return new Uint8Array(icc ?? []);
}

export const srgbProfile = (): Promise<Uint8Array> => {
  known ??= read();
  return known;
};
