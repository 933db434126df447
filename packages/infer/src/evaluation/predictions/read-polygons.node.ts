/** Drawn objects of a prediction: as those of a truth, and by the names of the classes in any case of letters. */
import { FtuError, type RunMask } from '@ftuseg/core';
import { annotatedRow, type ClassMap, findFormat, placeShapes, type Shape } from '@ftuseg/slide';
import { runsOfClasses } from '../class-runs.node.js';
import type { Source } from './prediction-source.js';

/** The class map in which the name of a class is one of its objects' as well. */
function withOwnNames(classes: ClassMap): ClassMap {
  const { names, objects } = classes;
  if (objects === undefined) return classes;
  return { ...classes, objects: names.map((text, c) => [...(objects[c] ?? []), { kind: 'exact', text }]) };
}

/** Shapes are also known by the name of the class that is theirs but for the case of letters. */
async function* inAnyCase(shapes: AsyncIterable<Shape>, { names }: ClassMap): AsyncGenerator<Shape> {
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  for await (const shape of shapes) {
    const name = known.get((shape.name ?? '').toLowerCase());
    yield name === undefined ? shape : { ...shape, inherits: [...(shape.inherits ?? []), name] };
  }
}

/**
 * @throws {FtuError} `bad-input` where no object of the file belongs to a class; as `placeShapes`
 */
export async function readPolygons(source: Source): Promise<readonly RunMask[]> {
  const { path, size, classes, tell } = source;
  const slide = { ...annotatedRow(source), width: size.width, height: size.height };
  const format = await findFormat(path);
  const shapes = inAnyCase(format.read(path, slide), classes);
  const { labels, table, report } = await placeShapes(shapes, slide, withOwnNames(classes), format, path);
  tell(report);
  if (report.used.length === 0 && report.shapes > 0) {
    const names = [...new Set(report.leftOut.map(({ name }) => name ?? 'no class'))].join(', ');
    throw new FtuError('bad-input', `no object of the prediction belongs to a class; there are: ${names}`, {
      subject: path,
      hint: 'name them in --classes',
    });
  }
  return runsOfClasses(labels, table, classes.names.length);
}
