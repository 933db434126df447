import { describe, expect, it } from 'vitest';
import { parseClasses } from '../../classes/classes.js';
import { targetOf } from '../placing/targets.js';
import { asap, shapesOfAsap } from './asap.js';

const corners = [0, 4].flatMap((x) => [0, 4].map((y) => ({ x, y })));
const drawn = (group: string): string =>
  `<Annotation Name="a" Type="Polygon" PartOfGroup="${group}"><Coordinates>${corners
    .map(({ x, y }, i) => `<Coordinate Order="${i}" X="${x}" Y="${y}"/>`)
    .join('')}</Coordinates></Annotation>`;
const group = (name: string, parent: string): string => `<Group Name="${name}" PartOfGroup="${parent}"/>`;
const file = (annotations: string, groups: string): string =>
  `<ASAP_Annotations><Annotations>${annotations}</Annotations><AnnotationGroups>${groups}</AnnotationGroups></ASAP_Annotations>`;

describe(asap.name, () => {
  it('knows the groups around a group, from the nearest outwards', () => {
    const groups = group('Glom', 'None') + group('Sclerotic', 'Glom') + group('Small', 'Sclerotic');
    const shapes = shapesOfAsap(file(drawn('Small') + drawn('Sclerotic') + drawn('Glom') + drawn('None'), groups), 'x');
    expect(shapes.map(({ name, inherits }) => [name, inherits])).toEqual([
      ['Small', ['Sclerotic', 'Glom']],
      ['Sclerotic', ['Glom']],
      ['Glom', undefined],
      [undefined, undefined],
    ]);
    const [small] = shapes;
    expect(targetOf(parseClasses('glomerulus=Glom'), small?.name)).toBeUndefined();
  });

  it('walks round groups that are part of each other once', () => {
    const groups = group('a', 'b') + group('b', 'c') + group('c', 'b') + group('d', 'd');
    const shapes = shapesOfAsap(file(drawn('a') + drawn('b') + drawn('d'), groups), 'x');
    expect(shapes.map(({ inherits }) => inherits)).toEqual([['b', 'c'], ['c'], undefined]);
  });
});
