/**
 * COCO JSON: a data set (`images`, `annotations`, `categories`) or a list of results. The picture is found by its file name; the category is the class, in
 * results by its number.
 */
import { nameForm, type Ring } from '@ftuseg/core';
import type { JsonObject, JsonValue } from '../../geojson/json-values.js';
import { SlideError } from '../../slide-error.js';
import { bareShape, type Shape } from '../placing/shape.js';
import { polygonsOfCounts, unpackCounts } from './coco-runs.js';
import type { AnnotatedSlide, AnnotationFormat } from './format.js';
import { isPlainObject, jsonOf, numbersOf, objectsIn } from './read-json.js';
import { readUtf8 } from './read-text.node.js';
import { checkPictureSize, foldersInCommon, nameIn, stem, stemIn } from './same-picture.js';

/** How many names an error lists. */
const NAMED = 5;

/** Numbers and texts stand for the same thing in files of different programs. */
const keyOf = (value: JsonValue | undefined): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';

/**
 * The picture of the file that is the slide: by the first way of comparing names by which there is one; of several, the one in folders of the same names.
 *
 * @throws SlideError `bad-input` where no picture or several are the slide, or the one is that of another row as well
 */
function pick<T>(all: readonly T[], nameOf: (one: T) => string, slide: AnnotatedSlide, subject: string): T {
  const image = nameIn(slide.image);
  const ways: ((name: string) => boolean)[] = [
    (name) => nameIn(name) === image,
    (name) => stemIn(name) === stem(image),
    (name) => [nameForm(name), stemIn(name)].includes(nameForm(slide.id)),
  ];
  const inCommon = (one: T): number => foldersInCommon(nameOf(one), slide.image);
  for (const same of ways) {
    const found = all.filter((one) => same(nameOf(one)));
    const most = Math.max(...found.map(inCommon));
    const [only, second] = found.filter((one) => inCommon(one) === most);
    if (second !== undefined) {
      throw new SlideError('bad-input', `${found.length} pictures of the file are called ${image}`, { subject });
    }
    if (only === undefined) continue;
    refuseShared(nameOf(only), slide, subject);
    return only;
  }
  const names = all.map(nameOf);
  const listed = `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? `, ... (${names.length})` : ''}`;
  throw new SlideError('bad-input', `no picture of the file is called ${image}; there are: ${listed}`, {
    subject,
    hint: 'the file name of the picture, or the id of the row, must be that in the file',
  });
}

/** Pictures of one name lie in several folders: the objects belong to the one whose folders the file names, and to none where it names none. */
function refuseShared(name: string, { image, others = [] }: AnnotatedSlide, subject: string): void {
  const own = foldersInCommon(name, image);
  const other = others.find(
    (one) => one !== image && stemIn(one) === stemIn(name) && foldersInCommon(name, one) >= own,
  );
  if (other === undefined || stemIn(image) !== stemIn(name)) return;
  throw new SlideError('bad-input', `its picture ${name} could be ${image} or ${other}`, {
    subject,
    hint: 'name the folders of the pictures in the file as they are in the slide table, or give each row a file of its own',
  });
}

function polygonsOf(parts: readonly JsonValue[], fail: (problem: string) => never): Ring[][] {
  return parts.map((part) => {
    const numbers = numbersOf(part);
    if (numbers === undefined || numbers.length % 2 === 1) return fail('a polygon is not pairs of numbers');
    return [Float64Array.from(numbers)];
  });
}

function runsOf({ size, counts }: JsonObject, slide: AnnotatedSlide, fail: (problem: string) => never): Ring[][] {
  const [height, width] = numbersOf(size) ?? [];
  if (height === undefined || width === undefined) fail('its run-length code has no size');
  if (height !== slide.height || width !== slide.width) {
    fail(`its run-length code is of ${width} x ${height}, slide ${slide.id} is ${slide.width} x ${slide.height}`);
  }
  const lengths = typeof counts === 'string' ? unpackCounts(counts) : numbersOf(counts);
  const polygons = lengths && polygonsOfCounts(lengths, slide.width, slide.height);
  return polygons ?? fail('its run-length code is damaged: the runs do not fill the picture');
}

function shapeOf(
  { segmentation, id }: JsonObject,
  {
    name,
    slide,
    number,
    subject,
  }: { name: string | undefined; slide: AnnotatedSlide; number: number; subject: string },
): Shape {
  const fail = (problem: string): never => {
    const which = id === undefined ? `annotation number ${number}` : `annotation ${keyOf(id)}`;
    throw new SlideError('bad-input', `${which}: ${problem}`, { subject });
  };
  if (Array.isArray(segmentation)) {
    if (segmentation.length === 0) return bareShape(name, 'without geometry');
    // A single polygon stands alone in files of some programs.
    const parts = typeof segmentation[0] === 'number' ? [segmentation] : segmentation;
    const polygons = polygonsOf(parts, fail).filter(([ring]) => ring !== undefined && ring.length > 0);
    return polygons.length === 0 ? bareShape(name, 'empty') : { name, polygons };
  }
  if (!isPlainObject(segmentation)) return bareShape(name, 'without geometry');
  const polygons = runsOf(segmentation, slide, fail);
  return polygons.length === 0 ? bareShape(name, 'empty') : { name, polygons };
}

/**
 * The annotations of one picture; those of others are not among them.
 *
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not JSON, a file without the picture, a picture or code of another size, a damaged code
 * @example
 * shapesOfCoco(await readFile('instances.json'), { id: 'a', image: 'a.tif', width: 4000, height: 3000 }, 'instances.json');
 */
export function shapesOfCoco(bytes: Uint8Array, slide: AnnotatedSlide, subject: string): Shape[] {
  const file = jsonOf(bytes, subject);
  if (Array.isArray(file)) {
    const results = objectsIn(file);
    const pictures = [...new Set(results.map((one) => keyOf(one.image_id)))];
    if (pictures.length === 0) return [];
    const picture = pick(pictures, (name) => name, slide, subject);
    return results
      .filter((one) => keyOf(one.image_id) === picture)
      .map((one, number) => {
        const name = keyOf(one.category_id);
        return shapeOf(one, { name: name === '' ? undefined : name, slide, number, subject });
      });
  }
  if (!isPlainObject(file) || !Array.isArray(file.images)) {
    throw new SlideError('bad-input', 'this is not a file of COCO: it has no list "images"', { subject });
  }
  const picture = pick(objectsIn(file.images), (one) => keyOf(one.file_name), slide, subject);
  checkPictureSize({ width: picture.width, height: picture.height }, slide, subject);
  const names = new Map(objectsIn(file.categories).map(({ id, name }) => [keyOf(id), keyOf(name)]));
  return objectsIn(file.annotations)
    .filter((one) => keyOf(one.image_id) === keyOf(picture.id))
    .map((one, number) => {
      const category = keyOf(one.category_id);
      const name = names.get(category) || category;
      return shapeOf(one, { name: name === '' ? undefined : name, slide, number, subject });
    });
}

export const coco: AnnotationFormat = {
  name: 'COCO JSON',
  closed: false,
  namesPicture: true,
  recognises: ({ jsonKeys }) => ['image_id', 'annotations', 'categories'].some((key) => jsonKeys.has(key)),
  async *read(path, slide) {
    yield* shapesOfCoco(await readUtf8(path), slide, path);
  },
};
