import { describe, expect, it } from 'vitest';
import { parseClasses } from '../../classes/classes.js';
import { placeShapes } from '../placing/place-shapes.js';
import { ellipseRing, ringShape } from '../placing/shape.js';
import { diameterOf, sizeOfGlomeruli, sizeRemark } from './glomerulus-size.js';

const slide = { id: 'a', image: 'a.png', width: 2000, height: 500 };

/** What is said of five discs at 0.5 µm per pixel. */
async function said(name: string, radius: number, classes?: string): Promise<string | undefined> {
  const shapes = Array.from({ length: 5 }, (_, i) => ringShape(name, ellipseRing(200 + 380 * i, 250, radius, radius)));
  const map = parseClasses(classes);
  const { glomeruli } = await placeShapes(shapes, slide, map, { name: 'test', closed: false }, 'a.json');
  const size = sizeOfGlomeruli(glomeruli, 0.5);
  return sizeRemark(size === undefined ? [] : [size]);
}

describe('sizes of drawn glomeruli', () => {
  it('are doubted where no glomerulus is of that size', async () => {
    expect(await said('Glomerulus', 6)).toMatch(
      /^glomeruli measure 6 µm in the median, where 30 to 600 µm are usual: are their outlines of another level/,
    );
    expect(await said('Glomerulus', 200)).toBeUndefined();
    expect(await said('Glomerulus', 70)).toBeUndefined();
    expect(await said('Tuft', 6, 'glomerulus=Tuft')).toMatch(/6 µm/);
    expect(await said('Glomerulus', 6, 'normal=Glomerulus;sclerotic=2')).toMatch(/6 µm/);
  });

  it('say nothing of other structures, of few, and where the scale is unknown', async () => {
    expect(await said('Podocyte', 6, 'podocyte=Podocyte')).toBeUndefined();
    expect(await said('Cell', 6, 'glomerular cell=Cell')).toBeUndefined();
    expect(await said('ROI', 6, 'annotated=ROI')).toBeUndefined();
    expect(sizeOfGlomeruli([12, 12, 12], undefined)).toBeUndefined();
    expect(sizeRemark([{ count: 2, diameter: 6 }])).toBeUndefined();
    expect(
      sizeRemark([
        { count: 2, diameter: 6 },
        { count: 3, diameter: 180 },
      ]),
    ).toBeUndefined();
    expect(
      sizeRemark([
        { count: 4, diameter: 6 },
        { count: 3, diameter: 180 },
      ]),
    ).toMatch(/6 µm/);
  });

  it('are those of discs without their holes', () => {
    const [outer, hole] = [ellipseRing(0, 0, 10, 10), ellipseRing(0, 0, 6, 6)];
    expect(diameterOf([[outer]])).toBeCloseTo(20, 1);
    expect(diameterOf([[outer, hole]])).toBeCloseTo(16, 1);
  });
});
