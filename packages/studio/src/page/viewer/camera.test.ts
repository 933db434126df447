import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxSeen, cameraOf, project, unproject, type Viewport, viewAround, viewOf } from './camera.js';

const SLIDE = 1000;
const canvas = { width: 800, height: 600 };
/** 1:1, the slide's point (500, 300) in the middle. */
const plain: Viewport = { centre: { x: 0.5, y: 0.3 }, width: 0.8, height: 0.6, rotation: 0, flipped: false };

const anyViewport = fc.record({
  centre: fc.record({ x: fc.double({ min: -1, max: 2, noNaN: true }), y: fc.double({ min: -1, max: 2, noNaN: true }) }),
  width: fc.double({ min: 0.001, max: 4, noNaN: true }),
  rotation: fc.double({ min: 0, max: 360, noNaN: true }),
  flipped: fc.boolean(),
});

describe('cameraOf', () => {
  it('puts the corners of pixels on whole device pixels at 1:1', () => {
    expect(project(cameraOf(plain, canvas, SLIDE), { x: 500, y: 300 })).toEqual({ x: 400, y: 300 });
    expect(project(cameraOf(plain, canvas, SLIDE), { x: 100, y: 0 })).toEqual({ x: 0, y: 0 });
  });

  it('turns clockwise, and mirrors what it turned', () => {
    const turned = project(cameraOf({ ...plain, rotation: 90 }, canvas, SLIDE), { x: 510, y: 300 });
    // What was right of the middle is below it.
    expect(turned.x).toBeCloseTo(400);
    expect(turned.y).toBeCloseTo(310);
    const mirrored = project(cameraOf({ ...plain, rotation: 90, flipped: true }, canvas, SLIDE), { x: 500, y: 310 });
    expect(mirrored.x).toBeCloseTo(410);
    expect(mirrored.y).toBeCloseTo(300);
  });

  it('comes back to where it was', () => {
    fc.assert(
      fc.property(anyViewport, fc.nat(1000), fc.nat(1000), (viewport, x, y) => {
        const camera = cameraOf({ ...viewport, height: (viewport.width * 600) / 800 }, canvas, SLIDE);
        const back = unproject(camera, project(camera, { x, y }));
        expect(back.x).toBeCloseTo(x, 4);
        expect(back.y).toBeCloseTo(y, 4);
      }),
    );
  });
});

describe('viewAround', () => {
  it('puts a point where it is wanted, turned or mirrored', () => {
    fc.assert(
      fc.property(
        anyViewport,
        fc.integer({ min: -300, max: 300 }),
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        (start, at, zoom) => {
          const view = viewOf({ ...start, height: 1 }, 800, SLIDE);
          const point = { x: 700, y: 250 };
          const next = viewAround(view, point, { x: at, y: at / 2 }, zoom);
          const width = 800 / zoom / SLIDE;
          const viewport: Viewport = {
            centre: { x: next.x / SLIDE, y: next.y / SLIDE },
            width,
            height: (width * 600) / 800,
            rotation: next.rotation,
            flipped: next.flipped,
          };
          const seen = project(cameraOf(viewport, canvas, SLIDE), point);
          expect(seen.x).toBeCloseTo(400 + at, 3);
          expect(seen.y).toBeCloseTo(300 + at / 2, 3);
        },
      ),
    );
  });
});

describe('boxSeen', () => {
  it('holds what the view shows', () => {
    const box = boxSeen(cameraOf({ ...plain, rotation: 90 }, canvas, SLIDE), canvas);
    expect([box.x, box.y, box.width, box.height].map(Math.round)).toEqual([200, -100, 600, 800]);
  });
});
