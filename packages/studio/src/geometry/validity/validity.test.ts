/** Shapes whose validity is known, each a case of OGC's simple features. */
import { describe, expect, it } from 'vitest';
import type { FlatPolygon } from '../../protocol/objects.js';
import { polygonProblem } from './validity.js';

const box = (x: number, y: number, side: number): number[] => [x, y, x + side, y, x + side, y + side, x, y + side];

const valid: Record<string, FlatPolygon[]> = {
  nothing: [],
  'a square': [[box(0, 0, 4)]],
  'a square that runs the other way': [[[0, 0, 0, 4, 4, 4, 4, 0]]],
  'corners on a straight side': [[[0, 0, 2, 0, 4, 0, 4, 4, 0, 4]]],
  'a hole': [[box(0, 0, 9), box(2, 2, 3)]],
  'a hole that touches its outline in a corner': [[box(0, 0, 9), [0, 0, 4, 2, 2, 4]]],
  'a hole whose corner lies on a side of its outline': [[box(0, 0, 9), [0, 4, 3, 3, 3, 5]]],
  'two holes that touch in a point': [[box(0, 0, 9), box(1, 1, 3), box(4, 4, 3)]],
  'an island in a hole': [[box(0, 0, 9), box(1, 1, 7)], [box(3, 3, 2)]],
  'an island that touches its hole in two points': [[box(0, 0, 9), box(1, 1, 6)], [[1, 1, 7, 7, 2, 4]]],
  'parts that touch in a point': [[box(0, 0, 4)], [box(4, 4, 4)]],
  'parts that touch in two points': [[[0, 0, 4, 0, 4, 4, 3, 1]], [[0, 0, 4, 4, 0, 4]]],
};

const invalid: Record<string, readonly [FlatPolygon[], string]> = {
  'a bow': [[[[0, 0, 4, 4, 4, 0, 0, 4]]], 'an outline crosses itself'],
  'a side that runs back': [[[[0, 0, 4, 0, 2, 0, 2, 4]]], 'an outline runs back along itself'],
  'a corner on another side': [[[[0, 0, 8, 0, 8, 8, 4, 0, 0, 8]]], 'an outline touches itself'],
  'a corner that is passed twice': [[[[0, 0, 4, 4, 8, 0, 8, 8, 4, 4, 0, 8]]], 'an outline touches itself'],
  'a corner that is repeated': [[[[0, 0, 4, 0, 4, 0, 4, 4]]], 'a corner is repeated'],
  'no area': [[[[0, 0, 4, 0, 8, 0]]], 'an outline runs back along itself'],
  'two corners': [[[[0, 0, 4, 4]]], 'an outline has fewer than three corners'],
  'half a corner': [[[[0, 0, 4, 0, 4, 4, 1]]], 'an outline has half a corner'],
  'no ring': [[[]], 'a polygon has no outline'],
  'a corner off the grid': [[[[0, 0, 4.1, 0, 4, 4]]], 'a corner is no multiple of 1/16 pixel'],
  'a corner that is no number': [[[[0, 0, Number.NaN, 0, 4, 4]]], 'a corner lies at NaN'],
  'a corner too far': [[[[0, 0, 2 ** 21, 0, 4, 4]]], 'a corner lies at 2097152'],
  'a hole outside': [[[box(0, 0, 4), box(9, 9, 2)]], 'a hole lies outside its outline'],
  'a hole outside, in the box of its outline': [
    [
      [
        [0, 0, 9, 0, 9, 9],
        [1, 6, 2, 6, 2, 8],
      ],
    ],
    'a hole lies outside its outline',
  ],
  'a hole across its outline': [[[box(0, 0, 4), box(2, 2, 4)]], 'two outlines cross'],
  'a hole that crosses its outline in corners alone': [
    [
      [
        [0, 0, 8, 0, 8, 4, 4, 4, 0, 4],
        [2, 1, 4, 4, 6, 1, 4, 8],
      ],
    ],
    'two outlines cross',
  ],
  'a hole along a side': [[[box(0, 0, 4), box(0, 1, 2)]], 'two outlines run along one another'],
  'a hole in a hole': [[[box(0, 0, 9), box(1, 1, 7), box(3, 3, 2)]], 'a hole lies in another'],
  'a hole around its outline': [[[box(2, 2, 2), box(0, 0, 9)]], 'a hole lies outside its outline'],
  'a hole that cuts the inside in two': [
    [[box(0, 0, 8), [0, 4, 4, 2, 8, 4, 4, 6]]],
    'the inside of a polygon falls apart',
  ],
  'holes that cut the inside in two together': [
    [[box(0, 0, 8), [0, 4, 2, 2, 4, 4, 2, 6], [4, 4, 6, 2, 8, 4, 6, 6]]],
    'the inside of a polygon falls apart',
  ],
  'parts that overlap': [[[box(0, 0, 4)], [box(2, 2, 4)]], 'two outlines cross'],
  'a part within another': [[[box(0, 0, 9)], [box(2, 2, 4)]], 'two polygons overlap'],
  'a part that holds another, which comes first': [[[box(2, 2, 4)], [box(0, 0, 9)]], 'two polygons overlap'],
  'a part twice': [[[box(0, 0, 4)], [box(0, 0, 4)]], 'two outlines run along one another'],
  'parts with a common side': [[[box(0, 0, 4)], [box(4, 0, 4)]], 'two outlines run along one another'],
};

describe('polygonProblem', () => {
  it.each(Object.entries(valid))('accepts %s', (_, polygons) => {
    expect(polygonProblem(polygons)).toBeUndefined();
  });

  it.each(Object.entries(invalid))('refuses %s', (_, [polygons, problem]) => {
    expect(polygonProblem(polygons)).toBe(problem);
  });
});
