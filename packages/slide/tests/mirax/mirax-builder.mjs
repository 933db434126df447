/**
 * Writes 3DHISTECH MIRAX slides field by field after openslide.org/formats/mirax, without any code of the reader: a scene is photographed at stated
 * places, each photo is cut into images, and these are halved and put together four by four for each further level.
 */
import { deflateSync } from 'node:zlib';

const encoder = new TextEncoder();
const int = (...values) => {
  const out = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) out.writeInt32LE(value, i * 4);
  return out;
};
const canvas = (width, height, value = 255) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(value),
});

function paste(from, source, to, { x, y }) {
  const first = Math.max(0, -x);
  const columns = Math.min(source.width, to.width - x) - first;
  if (columns <= 0) return;
  for (let row = Math.max(0, -y); row < Math.min(source.height, to.height - y); row++) {
    const at = ((source.y + row) * from.width + source.x + first) * 3;
    to.data.set(from.data.subarray(at, at + columns * 3), ((y + row) * to.width + x + first) * 3);
  }
}

function halved({ width, height, data }) {
  const out = canvas(width / 2, height / 2);
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (2 * y * width + 2 * x) * 3 + c;
        const sum = data[at] + data[at + 3] + data[at + width * 3] + data[at + width * 3 + 3];
        out.data[(y * out.width + x) * 3 + c] = (sum + 2) >> 2;
      }
    }
  }
  return out;
}

/** BMP of 24 bits, the lowest row first. */
export function encodeBmp({ width, height, data }) {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const out = Buffer.alloc(54 + stride * height);
  out.write('BM');
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(height, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = 54 + (height - 1 - y) * stride + x * 3;
      for (let c = 0; c < 3; c++) out[to + c] = data[from + 2 - c];
    }
  }
  return Uint8Array.from(out);
}

/** A photo of a scene: no two photos are alike, so that it shows which lies on top. */
function takePhoto(number, x, y, photo) {
  for (let row = 0; row < photo.height; row++) {
    for (let column = 0; column < photo.width; column++) {
      const left = x + column;
      const top = y + row;
      const at = (row * photo.width + column) * 3;
      photo.data[at] = left * 3 + number * 40;
      photo.data[at + 1] = top * 5 + number * 15;
      photo.data[at + 2] = (left ^ top) + number * 70;
    }
  }
  return photo;
}

/**
 * @param {import('./mirax-builder.d.mts').MiraxOptions} [options]
 * @returns {Promise<import('./mirax-builder.d.mts').BuiltMirax>}
 */
export async function buildMirax(options = {}) {
  const { photosAcross = 3, photosDown = 2, divisions = 2, side = 32, overlap = 8, levels = 4 } = options;
  const {
    format = 'BMP24',
    encode = encodeBmp,
    fill = 0xffffff,
    positions = 'plain',
    isMissing = () => false,
  } = options;
  const {
    shift = (x, y) => [8 * ((x + 2 * y) % 2), 8 * (x % 2)],
    files = 2,
    name = 'scan',
    id = 'A1B2C3D4',
    pictures = {},
  } = options;
  const { scene } = options;
  const [across, down] = [photosAcross * divisions, photosDown * divisions];
  const photoSide = side * divisions;
  const photos = [];
  for (let y = 0; y < photosDown; y++) {
    for (let x = 0; x < photosAcross; x++) {
      const [dx, dy] = x + y === 0 || positions === 'none' ? [0, 0] : shift(x, y);
      const at = [x * (photoSide - overlap) + dx, y * (photoSide - overlap) + dy];
      const isThere = !isMissing(x, y);
      photos.push({
        x,
        y,
        at,
        isThere,
        pixels: scene ?? takePhoto(photos.length, at[0], at[1], canvas(photoSide, photoSide)),
      });
    }
  }

  // Images of the first level by place; each further level from the one above.
  const pyramid = [new Map()];
  for (const { x, y, isThere, pixels } of photos) {
    if (!isThere) continue;
    for (let row = 0; row < divisions; row++) {
      for (let column = 0; column < divisions; column++) {
        const image = scene ?? canvas(side, side);
        if (scene === undefined)
          paste(pixels, { x: column * side, y: row * side, width: side, height: side }, image, { x: 0, y: 0 });
        pyramid[0].set((y * divisions + row) * across + x * divisions + column, image);
      }
    }
  }
  for (let level = 1; level < levels; level++) {
    const concat = 2 ** level;
    const images = new Map();
    for (const [place, finer] of pyramid[level - 1]) {
      const [x, y] = [place % across, Math.floor(place / across)];
      const [left, top] = [x - (x % concat), y - (y % concat)];
      const at = top * across + left;
      if (!images.has(at)) images.set(at, canvas(side, side));
      const small = halved(finer);
      const target = { x: x > left ? side / 2 : 0, y: y > top ? side / 2 : 0 };
      paste(small, { x: 0, y: 0, width: side / 2, height: side / 2 }, images.get(at), target);
    }
    pyramid.push(images);
  }

  const data = Array.from({ length: files }, () => [Buffer.from('data file\0')]);
  const store = (bytes, number) => {
    const file = number % files;
    const offset = data[file].reduce((sum, { length }) => sum + length, 0);
    data[file].push(Buffer.from(bytes));
    return [offset, bytes.length, file];
  };
  const records = [];
  let count = 0;
  for (const images of pyramid) {
    const list = [];
    for (const [place, image] of images) list.push([place, ...store(await encode(image), count++)]);
    records.push(list);
  }

  // Layers beside the levels: each value is one record, and they are numbered through.
  const marked = photos.flatMap(({ at, isThere }) => [Buffer.of(isThere ? 1 : 0), isThere ? int(...at) : int(0, 0)]);
  const layers = [{ name: 'Something else', values: [['Other', Buffer.from('other')]] }];
  const shown = {
    macro: 'ScanDataLayer_SlideThumbnail',
    label: 'ScanDataLayer_SlideBarcode',
    thumbnail: 'ScanDataLayer_SlidePreview',
  };
  const kinds = { macro: 'THUMBNAIL_IMAGE_TYPE', label: 'BARCODE_IMAGE_TYPE', thumbnail: 'PREVIEW_IMAGE_TYPE' };
  if (Object.keys(pictures).length > 0) {
    layers.push({
      name: 'Scan data layer',
      values: Object.entries(pictures).map(([key, bytes]) => [shown[key], bytes, kinds[key]]),
    });
  }
  if (positions === 'plain')
    layers.push({ name: 'VIMSLIDE_POSITION_BUFFER', values: [['default', Buffer.concat(marked)]] });
  if (positions === 'packed') {
    layers.push({ name: 'StitchingIntensityLayer', values: [['default', deflateSync(Buffer.concat(marked))]] });
  }
  const others = layers.flatMap(({ values }) => values.map(([, bytes]) => store(bytes, count++)));
  return {
    files: new Map([
      [`${name}.mrxs`, new Uint8Array()],
      [`${name}/Slidedat.ini`, encoder.encode(slidedat())],
      [
        `${name}/Index.dat`,
        Uint8Array.from(indexOf(encoder.encode(`01.02${id}`), records, others, options.perPage ?? 5)),
      ],
      ...data.map((parts, i) => [`${name}/Data000${i}.dat`, Uint8Array.from(Buffer.concat(parts))]),
    ]),
    levels: scene === undefined ? pyramid.map((_, level) => shownLevel(level)) : [scene],
  };

  function slidedat() {
    const sections = pyramid.map((_, level) => [
      `[LEVEL_${level}_SECTION]`,
      `IMAGE_CONCAT_FACTOR = ${level === 0 ? 0 : 1}`,
      `OVERLAP_X = ${overlap / 2 ** level}`,
      `OVERLAP_Y = ${overlap / 2 ** level}`,
      `MICROMETER_PER_PIXEL_X = ${0.25 * 2 ** level}`,
      `MICROMETER_PER_PIXEL_Y = ${0.25 * 2 ** level}`,
      `IMAGE_FORMAT = ${format}`,
      `IMAGE_FILL_COLOR_BGR = ${fill}`,
      `DIGITIZER_WIDTH = ${scene?.width ?? side}`,
      `DIGITIZER_HEIGHT = ${scene?.height ?? side}`,
    ]);
    return [
      '\ufeff[GENERAL]',
      'SLIDE_VERSION = 01.02',
      `SLIDE_ID = ${id}`,
      `IMAGENUMBER_X = ${across}`,
      `IMAGENUMBER_Y = ${down}`,
      'OBJECTIVE_MAGNIFICATION = 40',
      `CameraImageDivisionsPerSide = ${divisions}`,
      '[HIERARCHICAL]',
      'HIER_COUNT = 1',
      `NONHIER_COUNT = ${layers.length}`,
      'INDEXFILE = Index.dat',
      'HIER_0_NAME = Slide zoom level',
      `HIER_0_COUNT = ${levels}`,
      ...sections.map((_, i) => `HIER_0_VAL_${i}_SECTION = LEVEL_${i}_SECTION`),
      ...layers.flatMap(({ name: layer, values }, i) => [
        `NONHIER_${i}_NAME = ${layer}`,
        `NONHIER_${i}_COUNT = ${values.length}`,
        ...values.flatMap(([value], k) => [
          `NONHIER_${i}_VAL_${k} = ${value}`,
          `NONHIER_${i}_VAL_${k}_SECTION = OTHER_${i}_${k}`,
        ]),
      ]),
      '[DATAFILE]',
      `FILE_COUNT = ${files}`,
      ...data.map((_, i) => `FILE_${i} = Data000${i}.dat`),
      ...sections.flat(),
      ...layers.flatMap(({ values }, i) =>
        values.flatMap(([, , key], k) => (key ? [`[OTHER_${i}_${k}]`, `${key} = JPEG`] : [])),
      ),
      '',
    ].join('\r\n');
  }

  /** What is to be seen: pieces of photos, row by row, those behind on top of those before. */
  function shownLevel(level) {
    const concat = 2 ** level;
    const size = (images, count) => Math.floor((images * side - (count - 1) * overlap) / concat);
    const out = canvas(size(across, photosAcross), size(down, photosDown));
    for (let i = 0; i < out.data.length; i++) out.data[i] = (fill >> (8 * (i % 3))) & 255;
    const step = Math.min(concat, divisions);
    for (let y = 0; y < down; y += step) {
      for (let x = 0; x < across; x += step) {
        const photo = photos[Math.floor(y / divisions) * photosAcross + Math.floor(x / divisions)];
        if (!photo.isThere) continue;
        let small = photo.pixels;
        for (let n = 0; n < level; n++) small = halved(small);
        const [left, top] = [((x % divisions) * side) / concat, ((y % divisions) * side) / concat];
        const length = (side * step) / concat;
        const at = {
          x: Math.round((photo.at[0] + (x % divisions) * side) / concat),
          y: Math.round((photo.at[1] + (y % divisions) * side) / concat),
        };
        paste(small, { x: left, y: top, width: length, height: length }, out, at);
      }
    }
    return { ...out, channels: 3 };
  }
}

/** The index: two roots, lists of pointers, and pages of records that name the next. */
function indexOf(begin, levels, others, perPage) {
  const parts = [Buffer.from(begin)];
  let length = begin.length;
  const add = (bytes) => {
    const at = length;
    parts.push(bytes);
    length += bytes.length;
    return at;
  };
  const roots = add(int(0, 0));
  const pages = (records, extra) => {
    const cuts = records.length === 0 ? [[]] : [];
    for (let at = 0; at < records.length; at += perPage) cuts.push(records.slice(at, at + perPage));
    const first = length;
    for (const [i, cut] of cuts.entries()) {
      const bytes = (2 + extra.length + cut.flat().length) * 4;
      add(int(cut.length, i === cuts.length - 1 ? 0 : length + bytes, ...extra, ...cut.flat()));
    }
    return add(int(0, first));
  };
  const tree = levels.map((records) => pages(records, []));
  const beside = others.map((record) => pages([record], [0, 0]));
  const out = [add(int(...tree)), add(int(...beside))];
  const whole = Buffer.concat(parts);
  whole.writeInt32LE(out[0], roots);
  whole.writeInt32LE(out[1], roots + 4);
  return whole;
}
