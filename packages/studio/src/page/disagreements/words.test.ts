/** Every disagreement has words and a way to settle it by one step. */
import { expect, it } from 'vitest';
import type { Disagreement } from '../../protocol/disagreements.js';
import { disagreementText, remediesOf } from './words.js';

const predicted = { id: 'new', class: 'sclerotic', polygons: [[[0, 0, 4, 0, 4, 4]]] };
const box = { x: 0, y: 0, width: 4, height: 4 };

it.each<[Disagreement, string, readonly string[]]>([
  [
    { kind: 'shape', object: 'own', predicted, iou: 0.494, box },
    'Another outline: 49 % in common',
    ['Keep yours', "Take the prediction's"],
  ],
  [
    { kind: 'class', object: 'own', predicted, iou: 0.9, box },
    'Predicted as sclerotic',
    ['Keep yours', "Take the prediction's"],
  ],
  [{ kind: 'vanished', object: 'own', box }, 'Not found by the new prediction', ['Keep yours', 'Delete it']],
  [
    { kind: 'appeared', object: 'own', predicted, iou: 0.9, box },
    'Found again where you deleted one',
    ['Keep it out', 'Take it in'],
  ],
  [{ kind: 'appeared', predicted, box }, 'Found within a complete area', ['Keep it out', 'Take it in']],
])('%j', (one, text, labels) => {
  expect(disagreementText(one)).toBe(text);
  expect(remediesOf(one).map(({ label }) => label)).toEqual(labels);
});

it('takes the shape of the prediction under the name of the own object', () => {
  const [, take] = remediesOf({ kind: 'class', object: 'own', predicted, box });
  expect(take?.changes).toEqual([{ kind: 'put', object: { ...predicted, id: 'own' } }]);
});
