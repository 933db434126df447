/** Writes a small SVS as Aperio's scanners do: JPEG tiles of 240 pixels, levels at 1/4 that lose what does not divide, a label and a macro picture. */
import { writeFile } from 'node:fs/promises';
import { type Raster, raster, resizeArea } from '@ftuseg/core';
import sharp from 'sharp';

export const APERIO_TILE = 240;

type Tag = readonly [tag: number, type: 2 | 3 | 4, values: readonly number[] | string];

interface Page {
  readonly tags: readonly Tag[];
  readonly blocks: readonly Uint8Array[];
}

const jpeg = ({ width, height, data }: Raster): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80, chromaSubsampling: '4:2:0' })
    .toBuffer();

function part({ width, height, data }: Raster, left: number, top: number, side: number): Raster {
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (Math.min(top + y, height - 1) * width + Math.min(left + x, width - 1)) * 3;
      out.set(data.subarray(from, from + 3), (y * side + x) * 3);
    }
  }
  return raster(side, side, 3, out);
}

async function page(picture: Raster, description: string, tiled: boolean): Promise<Page> {
  const { width, height } = picture;
  const blocks: Uint8Array[] = [];
  if (tiled) {
    for (let top = 0; top < height; top += APERIO_TILE) {
      for (let left = 0; left < width; left += APERIO_TILE)
        blocks.push(await jpeg(part(picture, left, top, APERIO_TILE)));
    }
  } else blocks.push(await jpeg(picture));
  const sizes = blocks.map(({ length }) => length);
  const tags: Tag[] = [
    [254, 4, [0]],
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, [8, 8, 8]],
    [259, 3, [7]],
    [262, 3, [6]],
    [270, 2, description],
    ...(tiled ? [] : ([[273, 4, []]] as Tag[])),
    [277, 3, [3]],
    ...(tiled
      ? ([
          [284, 3, [1]],
          [322, 4, [APERIO_TILE]],
          [323, 4, [APERIO_TILE]],
          [324, 4, []],
          [325, 4, sizes],
        ] as Tag[])
      : ([
          [278, 4, [height]],
          [279, 4, sizes],
          [284, 3, [1]],
        ] as Tag[])),
    [530, 3, [2, 2]],
  ];
  return { tags, blocks };
}

/** A classic TIFF, little-endian; tags 273 and 324 get the places of the blocks. */
function tiff(pages: readonly Page[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])];
  let length = 8;
  const add = (data: Uint8Array): number => {
    const at = length + (length % 2);
    parts.push(Buffer.alloc(at - length), Buffer.from(data));
    length = at + data.length;
    return at;
  };
  const links: { readonly buffer: Buffer; readonly at: number }[] = [{ buffer: parts[0] as Buffer, at: 4 }];
  for (const { tags, blocks } of pages) {
    const places = blocks.map(add);
    const directory = Buffer.alloc(2 + tags.length * 12 + 4);
    directory.writeUInt16LE(tags.length, 0);
    for (const [i, [tag, type, given]] of tags.entries()) {
      const values = tag === 273 || tag === 324 ? places : given;
      const bytes =
        typeof values === 'string'
          ? Buffer.from(`${values}\0`)
          : Buffer.concat(
              values.map((value) => {
                const one = Buffer.alloc(type === 3 ? 2 : 4);
                one.writeUIntLE(value, 0, one.length);
                return one;
              }),
            );
      const at = 2 + i * 12;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(typeof values === 'string' ? bytes.length : values.length, at + 4);
      if (bytes.length <= 4) bytes.copy(directory, at + 8);
      else directory.writeUInt32LE(add(bytes), at + 8);
    }
    const link = links.at(-1);
    link?.buffer.writeUInt32LE(add(directory), link.at);
    links.push({ buffer: parts.at(-1) as Buffer, at: directory.length - 4 });
  }
  return Buffer.concat(parts);
}

export async function writeAperio(path: string, picture: Raster): Promise<void> {
  const { width, height } = picture;
  const about = `Aperio Image Library v11.2.1 \r\n${width}x${height} [0,0 ${width}x${height}] (240x240) JPEG/RGB Q=80|AppMag = 20|MPP = 0.5`;
  const [small, label] = [
    resizeArea(picture, Math.floor(width / 4), Math.floor(height / 4)),
    resizeArea(picture, 64, 48),
  ];
  await writeFile(
    path,
    tiff([
      await page(picture, about, true),
      await page(resizeArea(picture, 96, 64), `${about}\r\n-> 96x64 - |AppMag = 20`, false),
      await page(small, about, true),
      await page(label, 'Aperio Image Library v11.2.1 \r\nlabel 64x48', false),
      await page(label, 'Aperio Image Library v11.2.1 \r\nmacro 64x48', false),
    ]),
  );
}
