import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkSchema, problemText } from './check-schema.js';

const schema = z.strictObject({
  tile: z.int().min(32).max(8192).multipleOf(32).optional(),
  share: z.number().gt(0).lt(1).optional(),
  merge: z.enum(['hann', 'mean', 'or']).optional(),
  format: z.literal(1).optional(),
  name: z.string().min(1).max(4).optional(),
  classes: z.array(z.string()).min(1).max(2).optional(),
  size: z.tuple([z.number(), z.number()]).optional(),
  flag: z.boolean().optional(),
  either: z.union([z.number(), z.string()]).optional(),
  names: z
    .union([z.string().regex(/^a/, 'names begin with a'), z.array(z.string().regex(/^a/, 'names begin with a')).min(1)])
    .optional(),
  more: z.record(z.string().regex(/^[a-z]+$/, 'keys are letters'), z.number()).optional(),
  group: z.strictObject({ zoom: z.number() }).optional(),
  own: z
    .string()
    .refine((text) => text === 'x', 'it is x')
    .optional(),
});

describe('problems in words', () => {
  it.each([
    [{ tile: 'abc' }, 'tile: give a number, not text "abc"'],
    [{ tile: 2.5 }, 'tile: give a whole number, not 2.5'],
    [{ tile: 0 }, 'tile: give a number of at least 32, not 0'],
    [{ tile: 9000 }, 'tile: give a number of at most 8192, not 9000'],
    [{ tile: 33 }, 'tile: give a multiple of 32, not 33'],
    [{ share: 0 }, 'share: give a number of more than 0, not 0'],
    [{ share: 1 }, 'share: give a number of less than 1, not 1'],
    [{ share: Number.NaN }, 'share: give a number, not NaN'],
    [{ share: null }, 'share: give a number, not null'],
    [{ share: [1] }, 'share: give a number, not a list of 1'],
    [{ share: {} }, 'share: give a number, not a group of keys'],
    [{ merge: 'haan' }, 'merge: give one of hann, mean, or, not text "haan"; did you mean "hann"?'],
    [{ format: 2 }, 'format: give 1, not 2'],
    [{ name: '' }, 'name: it is empty; give text'],
    [{ name: 'abcde' }, 'name: give at most 4 letters, not 5'],
    [{ classes: [] }, 'classes: give at least 1 entry, not 0'],
    [{ classes: ['a', 'b', 'c'] }, 'classes: give at most 2 entries, not 3'],
    [{ classes: ['a', 3] }, 'classes.1: give text, not 3'],
    [{ size: 3 }, 'size: give a list, not 3'],
    [{ flag: 'yes' }, 'flag: give true or false, not text "yes"'],
    [{ either: true }, 'either: give a number or text, not true'],
    [{ names: 'b' }, 'names: names begin with a'],
    [{ names: ['b'] }, 'names.0: names begin with a'],
    [{ names: 3 }, 'names: give text or a list, not 3'],
    [{ more: { a1: 3 } }, 'more.a1: keys are letters'],
    [{ more: { a: 'x' } }, 'more.a: give a number, not text "x"'],
    [{ group: {} }, 'group.zoom: it is missing; give a number'],
    [{ group: { zom: 1, zoom: 1 } }, 'group: there is no "zom"; did you mean "zoom"?'],
    [{ own: 'y' }, 'own: it is x'],
    [{ mereg: 'hann' }, 'there is no "mereg"; did you mean "merge"?'],
    ['abc', 'give a group of keys, not text "abc"'],
    [undefined, 'it is missing; give a group of keys'],
  ])('%j', (value, text) => {
    const checked = checkSchema(schema, value);
    expect(checked.success ? 'no problem' : problemText(checked.problems[0])).toBe(text);
  });

  it("are never zod's, whatever the value", () => {
    const keys = Object.keys(schema.shape);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys, '__proto__', 'x'), fc.jsonValue()), (value) => {
        const checked = checkSchema(schema, value);
        if (checked.success) return;
        for (const problem of checked.problems) {
          expect(problemText(problem)).not.toMatch(/Invalid|expected|received|Unrecognized|Too (small|big)|\[object/i);
        }
      }),
      { numRuns: 500 },
    );
  });
});
