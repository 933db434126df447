/** Writes an .ets field by field, without any code of the reader: two headers, the tiles, and behind them their table. */
const CODES = { none: 0, jpeg: 2, 'jpeg-2000': 3, 'jpeg-lossless': 5, png: 8, bmp: 9 };
const [HEADER_BYTES, ETS_BYTES] = [64, 228];

/**
 * @param {readonly import('./vsi-builder.d.mts').StoredTile[]} tiles
 * @param {import('./vsi-builder.d.mts').EtsOptions} options
 */
export function encodeEts(tiles, options) {
  const { coordinates, tileWidth, tileHeight, compression = 'none', samples = 3, bits = 8 } = options;
  const { background = [255, 255, 255], isBlueFirst = false, hasLevels = true, sizes = [], colourSpace } = options;
  const head = Buffer.alloc(HEADER_BYTES);
  head.write('SIS\0', 0, 'latin1');
  head.writeUInt32LE(HEADER_BYTES, 4);
  head.writeUInt32LE(3, 8);
  head.writeUInt32LE(coordinates, 12);
  head.writeBigUInt64LE(BigInt(HEADER_BYTES), 16);
  head.writeUInt32LE(ETS_BYTES, 24);
  const ets = Buffer.alloc(ETS_BYTES);
  ets.write('ETS\0', 0, 'latin1');
  const numbers = [
    sizes.length === 0 ? 0x00030003 : 0x00030006,
    bits === 8 ? 2 : 4,
    samples,
    colourSpace ?? (samples === 1 ? 1 : 4),
    CODES[compression],
    90,
    tileWidth,
    tileHeight,
    1,
  ];
  for (const [i, number] of numbers.entries()) ets.writeUInt32LE(number, 4 + 4 * i);
  ets.set(background, 108);
  ets.writeUInt32LE(isBlueFirst ? 1 : 0, 148);
  ets.writeUInt32LE(hasLevels ? 1 : 0, 152);
  ets.writeUInt32LE(sizes.length, 184);
  for (const [i, size] of sizes.entries()) ets.writeUInt32LE(size, 188 + 4 * i);
  const parts = [head, ets];
  let end = HEADER_BYTES + ETS_BYTES;
  const entries = tiles.map(({ at, data }, number) => {
    const entry = Buffer.alloc(20 + 4 * coordinates);
    entry.writeUInt32LE(coordinates, 0);
    for (const [i, coordinate] of at.entries()) entry.writeInt32LE(coordinate, 4 + 4 * i);
    const behind = 4 + 4 * coordinates;
    entry.writeBigUInt64LE(BigInt(end), behind);
    entry.writeUInt32LE(data.length, behind + 8);
    entry.writeUInt32LE(tiles.length - 1 - number, behind + 12);
    parts.push(Buffer.from(data));
    end += data.length;
    return entry;
  });
  head.writeBigUInt64LE(BigInt(end), 32);
  head.writeUInt32LE(tiles.length, 40);
  return Uint8Array.from(Buffer.concat([...parts, ...entries]));
}
