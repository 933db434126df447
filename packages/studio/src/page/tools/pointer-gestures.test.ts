/** Mouse, pen and fingers as they come from a browser: who gets them, and what the tool is told. */
import { describe, expect, it } from 'vitest';
import { PointerGestures, type ScreenPointer } from './pointer-gestures.js';
import type { Tool, ToolPointer } from './tool.js';

const at = (x: number, y: number, over: Partial<ScreenPointer> = {}): ScreenPointer => ({
  id: 1,
  kind: 'mouse',
  x,
  y,
  button: 0,
  pressure: 0.5,
  shift: false,
  control: false,
  alt: false,
  time: 0,
  ...over,
});

function scene(takes?: (pointer: ToolPointer) => boolean) {
  const log: string[] = [];
  const toolNamed = (name: string): Tool => ({
    name,
    label: name,
    cursor: 'default',
    ...(takes === undefined ? {} : { takes }),
    down: ({ x, y, clicks, pressure }) => void log.push(`${name} down ${x} ${y} clicks ${clicks} pressure ${pressure}`),
    move: ({ x, y }, dragging) => void log.push(`${name} ${dragging ? 'drag' : 'hover'} ${x} ${y}`),
    up: ({ x, y }) => void log.push(`${name} up ${x} ${y}`),
    cancel: () => void log.push(`${name} cancel`),
  });
  const [tool, eraser] = [toolNamed('tool'), toolNamed('eraser')];
  const gestures = new PointerGestures({
    tool: (erasing) => (erasing ? eraser : tool),
    // The slide is shown at half its size.
    toSlide: ({ x, y }) => (x < 0 ? undefined : { x: 2 * x, y: 2 * y }),
    navigation: {
      panBy: (right, down) => void log.push(`pan ${right} ${down}`),
      zoomBy: (factor, about) => void log.push(`zoom ${factor} at ${about.x} ${about.y}`),
    },
  });
  return { log, gestures };
}

describe('a mouse', () => {
  it('draws, with every place of a fast move', () => {
    const { log, gestures } = scene();
    expect(gestures.move([at(5, 5)])).toBe(false);
    expect(gestures.down(at(10, 10))).toBe(true);
    expect(gestures.move([at(11, 10), at(12, 10)])).toBe(true);
    expect(gestures.up(at(12, 10))).toBe(true);
    expect(log).toEqual([
      'tool hover 10 10',
      'tool down 20 20 clicks 1 pressure 0.5',
      'tool drag 22 20',
      'tool drag 24 20',
      'tool up 24 20',
    ]);
  });

  it('counts clicks that follow in time and place', () => {
    const { log, gestures } = scene();
    for (const [x, time] of [
      [10, 0],
      [12, 200],
      [12, 500],
      [12, 2000],
      [80, 2100],
    ] as const) {
      gestures.down(at(x, 10, { time }));
      gestures.up(at(x, 10, { time: time + 10 }));
    }
    const clicks = log.flatMap((line) => / clicks (\d)/.exec(line)?.[1] ?? []);
    expect(clicks).toEqual(['1', '2', '3', '1', '1']);
  });

  it('pans with the middle button, and does nothing with the right one', () => {
    const { log, gestures } = scene();
    expect(gestures.down(at(10, 10, { button: 1 }))).toBe(true);
    gestures.move([at(15, 12)]);
    gestures.up(at(15, 12));
    expect(gestures.down(at(10, 10, { button: 2 }))).toBe(false);
    expect(gestures.up(at(10, 10, { button: 2 }))).toBe(false);
    expect(log).toEqual(['pan 5 2']);
  });

  it('is left to the viewer while the panning key is held', () => {
    const { log, gestures } = scene();
    gestures.panning = true;
    expect(gestures.down(at(10, 10))).toBe(false);
    expect(gestures.move([at(50, 50)])).toBe(false);
    expect(gestures.up(at(50, 50))).toBe(false);
    expect(log).toEqual([]);
  });

  it('that the tool does not take reaches it as a click only', () => {
    const { log, gestures } = scene(() => false);
    gestures.down(at(10, 10));
    gestures.move([at(80, 10)]);
    gestures.up(at(80, 10));
    expect(log).toEqual([]);
    gestures.down(at(10, 10));
    gestures.move([at(12, 10)]);
    expect(gestures.up(at(12, 10))).toBe(false);
    expect(log).toEqual(['tool down 24 20 clicks 2 pressure 0.5', 'tool up 24 20']);
  });

  it('that the system takes away drops what is half drawn', () => {
    const { log, gestures } = scene();
    gestures.down(at(10, 10));
    gestures.cancel(1);
    expect(gestures.up(at(10, 10))).toBe(false);
    gestures.down(at(30, 10, { time: 9999 }));
    expect(log).toEqual([
      'tool down 20 20 clicks 1 pressure 0.5',
      'tool cancel',
      'tool down 60 20 clicks 1 pressure 0.5',
    ]);
  });

  it('over no slide draws nothing', () => {
    const { log, gestures } = scene();
    expect(gestures.down(at(-5, 10))).toBe(false);
    gestures.up(at(-5, 10));
    expect(log).toEqual([]);
  });

  it('tells the tool again where it is when it asks', () => {
    const { log, gestures } = scene();
    gestures.hoverAgain();
    gestures.move([at(5, 5)]);
    gestures.hoverAgain();
    expect(log).toEqual(['tool hover 10 10', 'tool hover 10 10']);
  });
});

describe('a pen', () => {
  it('presses as hard as it does, and erases with its other end', () => {
    const { log, gestures } = scene();
    gestures.down(at(10, 10, { kind: 'pen', pressure: 0.8 }));
    gestures.up(at(10, 10, { kind: 'pen', pressure: 0 }));
    gestures.down(at(50, 10, { kind: 'pen', pressure: 0.2, button: 5 }));
    gestures.up(at(50, 10, { kind: 'pen', pressure: 0, button: 5 }));
    expect(log.filter((line) => line.includes('down'))).toEqual([
      'tool down 20 20 clicks 1 pressure 0.8',
      'eraser down 100 20 clicks 1 pressure 0.2',
    ]);
  });

  it('goes on while the hand rests beside it', () => {
    const { log, gestures } = scene();
    gestures.down(at(10, 10, { kind: 'pen' }));
    expect(gestures.down(at(200, 200, { kind: 'touch', id: 2 }))).toBe(true);
    gestures.move([at(202, 200, { kind: 'touch', id: 2 })]);
    gestures.move([at(20, 10, { kind: 'pen' })]);
    gestures.up(at(202, 200, { kind: 'touch', id: 2 }));
    gestures.up(at(20, 10, { kind: 'pen' }));
    expect(log).toEqual(['tool down 20 20 clicks 1 pressure 0.5', 'tool drag 40 20', 'tool up 40 20']);
  });
});

describe('fingers', () => {
  const finger = (id: number, x: number, y: number): ScreenPointer => at(x, y, { kind: 'touch', id });

  it('draw as one, pan and zoom as two, and the rest of a pinch draws nothing', () => {
    const { log, gestures } = scene();
    gestures.down(finger(1, 100, 100));
    gestures.down(finger(2, 200, 100));
    gestures.move([finger(2, 300, 100)]);
    gestures.up(finger(2, 300, 100));
    gestures.move([finger(1, 50, 50)]);
    gestures.up(finger(1, 50, 50));
    expect(log).toEqual(['tool down 200 200 clicks 1 pressure 0.5', 'tool cancel', 'pan 50 0', 'zoom 2 at 200 100']);
    gestures.down(at(10, 10, { kind: 'touch', time: 9999 }));
    expect(log.at(-1)).toBe('tool down 20 20 clicks 1 pressure 0.5');
  });

  it('are all left to the viewer where the first one was', () => {
    const { log, gestures } = scene(() => false);
    expect(gestures.down(finger(1, 100, 100))).toBe(false);
    expect(gestures.down(finger(2, 200, 100))).toBe(false);
    expect(gestures.move([finger(2, 300, 100)])).toBe(false);
    expect(gestures.up(finger(1, 100, 100))).toBe(false);
    expect(gestures.up(finger(2, 300, 100))).toBe(false);
    gestures.down(at(10, 10, { kind: 'touch', time: 9999 }));
    gestures.up(at(10, 10, { kind: 'touch', time: 9999 }));
    expect(log).toEqual(['tool down 20 20 clicks 1 pressure 0.5', 'tool up 20 20']);
  });
});
