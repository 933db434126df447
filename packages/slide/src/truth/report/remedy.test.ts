import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClasses } from '../../classes/classes.js';
import { placeShapes } from '../placing/place-shapes.js';
import { ringShape } from '../placing/shape.js';
import { remedyFor } from './remedy.js';

const slide = { id: 'a', image: 'a.png', width: 400, height: 30 };

/** A report of one object for each name. */
async function reportOf(names: readonly (string | undefined)[], classes: string | undefined) {
  const shapes = names.map((name, i) => {
    const [left, right] = name === 'ROI' ? [0, slide.width] : [9 * i, 9 * i + 5];
    return ringShape(name, Float64Array.of(left, 2, right, 2, right, 7, left, 7));
  });
  return (await placeShapes(shapes, slide, parseClasses(classes), { name: 'test', closed: false }, 'a.json')).report;
}

const remedy = async (names: readonly (string | undefined)[], classes: string | undefined): Promise<string> =>
  remedyFor([await reportOf(names, classes)], parseClasses(classes));

describe('remedyFor', () => {
  it('keeps areas and label values, and names all that counts', async () => {
    expect(await remedy(['ROI', 'Glomerulus', 'Glom', 'Glom'], 'annotated=ROI')).toBe(
      "to count them too: --classes 'glomerulus=Glomerulus,Glom;annotated=ROI'",
    );
    expect(await remedy(['Glomeruli', 'Tuft'], 'glomerulus=1,2;ignore=255')).toBe(
      "to count them too: --classes 'glomerulus=1,2,Glomeruli,Tuft;ignore=255'",
    );
    const known = ['glomerulus', 'Glomerulus', 'Glomeruli', 'sclerotic glomerulus', 'Sclerotic glomerulus'];
    expect(await remedy([...known, 'Tuft', undefined], undefined)).toBe(
      `to count them too: --classes 'glomerulus=${known.join()},Tuft,unclassified'`,
    );
  });

  it('keeps names whose objects are left out for another reason', async () => {
    const report = await reportOf(['Tuft'], undefined);
    const beyond = { reason: 'beyond the slide', name: 'Glomeruli', shapes: 1 } as const;
    expect(remedyFor([{ ...report, leftOut: [...report.leftOut, beyond] }], parseClasses(undefined))).toBe(
      "to count them too: --classes 'glomerulus=Glomeruli,Tuft'",
    );
  });

  it('leaves it to people which of several classes a name belongs to', async () => {
    expect(await remedy(['normal', 'sclerotic', 'Glomerulus', 'obsolescent'], 'kidney')).toBe(
      "to count some of them too, add their names to the right class of --classes 'normal=1,normal,Glomerulus;sclerotic=2,sclerotic'",
    );
  });

  it('shows no command that is cut off, or that no class map can be', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `structure of kind ${i}`);
    expect(await remedy(['Glomerulus', ...many], undefined)).toBe(
      "to count some of them too, add their names to --classes 'glomerulus=Glomerulus'",
    );
    expect(await remedy(['Glomerulus', 'the "good" ones'], undefined)).toBe(
      "to count some of them too, add their names to --classes 'glomerulus=Glomerulus'",
    );
    expect(await remedy(["Bowman's"], undefined)).toBe(`to count them too: --classes 'glomerulus="Bowman'\\''s"'`);
  });

  it('counts what it says, and what counted before counts as it did', async () => {
    const name = fc.constantFrom('Glomerulus', 'normal', 'sclerotic', 'ROI', 'Glom', 'a;b=c', '2', 'x*', 'Tuft (b)');
    const map = fc.constantFrom(undefined, 'glomerulus=1,2', 'annotated=ROI', 'kidney', 'glomerulus=Glom*', 'tubule');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), map, async (names, classes) => {
        const before = await reportOf(names, classes);
        const [, typed] = /--classes '(.*)'$/.exec(remedyFor([before], parseClasses(classes))) ?? [];
        if (typed === undefined) return;
        const after = await reportOf(names, typed);
        expect(after.used).toEqual(expect.arrayContaining([...before.used]));
        if (classes !== 'kidney') expect(after.leftOut).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
