import { describe, expect, it } from 'vitest';
import { curveShape, describeCurve, HEIGHT, WIDTH } from './curve-shape.js';

describe('curveShape', () => {
  it('begins at the left and leaves room for what is to come', () => {
    const shape = curveShape(
      [
        { epoch: 1, value: 0.8 },
        { epoch: 2, value: 0.4 },
      ],
      5,
    );
    expect(shape.high).toBe(1);
    expect(shape.points[0]).toEqual({ x: 0, y: Number((HEIGHT * 0.2).toFixed(2)) });
    expect(shape.points[1]).toEqual({ x: WIDTH / 4, y: Number((HEIGHT * 0.6).toFixed(2)) });
    expect(shape.path).toBe(`M0 ${shape.points[0]?.y}L${WIDTH / 4} ${shape.points[1]?.y}`);
  });

  it.each([
    [[{ epoch: 1, value: 0 }], 1, 1],
    [[{ epoch: 1, value: 1.3 }], 1, 2],
    [[{ epoch: 1, value: 0.23 }], 3, 0.25],
    [[], 1, 1],
  ])('of %j goes up to a round number', (points, epochs, high) => {
    expect(curveShape(points, epochs).high).toBeCloseTo(high, 12);
    for (const { x, y } of curveShape(points, epochs).points) expect([x, y].every(Number.isFinite)).toBe(true);
  });
});

describe('describeCurve', () => {
  it.each([
    [[], 'Loss by epoch: nothing yet'],
    [[{ epoch: 1, value: 0.5 }], 'Loss by epoch: 0.500 after epoch 1 of 8'],
    [
      [
        { epoch: 1, value: 0.5 },
        { epoch: 4, value: 0.25 },
      ],
      'Loss by epoch: 0.500 after epoch 1, 0.250 after epoch 4 of 8',
    ],
  ])('says %j', (points, words) => {
    expect(describeCurve('Loss', points, 8)).toBe(words);
  });
});
