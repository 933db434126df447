/** Pictures with an ICC profile in them, put in by hand: libraries convert to a profile, or refuse one that only leads to sRGB. */
import { crc32, deflateSync } from 'node:zlib';
import type { Raster } from '@ftuseg/core';
import sharp, { type Sharp } from 'sharp';

const text = (letters: string): Buffer => Buffer.from(letters, 'latin1');

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.concat([Buffer.alloc(4), text(type), body, Buffer.alloc(4)]);
  out.writeUInt32BE(body.length);
  out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
  return out;
}

/** Behind the header, which is always 33 bytes. */
const intoPng = (file: Buffer, profile: Uint8Array): Buffer =>
  Buffer.concat([
    file.subarray(0, 33),
    chunk('iCCP', Buffer.concat([text('test\0\0'), deflateSync(profile)])),
    file.subarray(33),
  ]);

/** In two pieces, the second one first. */
function intoJpeg(file: Buffer, profile: Uint8Array): Buffer {
  const half = profile.length >> 1;
  const piece = (number: number, body: Uint8Array): Buffer => {
    const head = Buffer.concat([text('\xff\xe2\0\0ICC_PROFILE\0'), Buffer.from([number, 2])]);
    head.writeUInt16BE(head.length - 2 + body.length, 2);
    return Buffer.concat([head, body]);
  };
  const pieces = [piece(2, profile.subarray(half)), piece(1, profile.subarray(0, half))];
  return Buffer.concat([file.subarray(0, 2), ...pieces, file.subarray(2)]);
}

function intoWebp(file: Buffer, profile: Uint8Array, { width, height }: Raster): Buffer {
  const part = (type: string, body: Uint8Array): Buffer => {
    const head = Buffer.concat([text(type), Buffer.alloc(4)]);
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
  };
  const extended = Buffer.alloc(10);
  extended[0] = 0x20;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([part('VP8X', extended), part('ICCP', profile), file.subarray(12)]);
  const head = Buffer.concat([text('RIFF'), Buffer.alloc(4), text('WEBP')]);
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

/** A PNG whose chunk iCCP was changed, with its check sum mended. */
export function withCrc(file: Buffer): Buffer {
  const type = file.indexOf('iCCP');
  const end = type + 4 + file.readUInt32BE(type - 4);
  file.writeUInt32BE(crc32(file.subarray(type, end)), end);
  return file;
}

/** A picture without loss but for JPEG, with a profile. */
export async function withProfile(image: Raster, profile: Uint8Array, ending: 'png' | 'jpg' | 'webp'): Promise<Buffer> {
  const { width, height } = image;
  const raw: Sharp = sharp(image.data, { raw: { width, height, channels: 3 } });
  if (ending === 'png') return intoPng(await raw.png().toBuffer(), profile);
  if (ending === 'jpg') return intoJpeg(await raw.jpeg().toBuffer(), profile);
  return intoWebp(await raw.webp({ lossless: true }).toBuffer(), profile, image);
}
