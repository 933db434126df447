/** Whatever a hand does with any tool: nothing throws, and every shape that is proposed is valid and lies on the slide. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeContext, pointer, square } from '../../../tests/tools/fake-context.js';
import { wrongWith } from '../../../tests/tools/independent.js';
import { polygonProblem } from '../../geometry/validity/validity.js';
import { editSchema } from '../../protocol/edits.js';
import { changeClass, deleteSelected, fillSelected, mergeSelected } from './change/commands.js';
import type { ToolContext } from './tool.js';
import { makeTools } from './toolbox.js';

const SLIDE = { width: 300, height: 200 };
const place = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      x: fc.double({ min: -60, max: 360, noNaN: true }),
      y: fc.double({ min: -60, max: 260, noNaN: true }),
    }),
  },
  // Corners and sides of what is there, and of the slide.
  {
    weight: 3,
    arbitrary: fc.record({ x: fc.constantFrom(0, 50, 100, 150, 300), y: fc.constantFrom(0, 50, 100, 200) }),
  },
  { weight: 1, arbitrary: fc.record({ x: fc.constantFrom(-1e9, 1e12), y: fc.constantFrom(-1e15, 70) }) },
);
const held = fc.record({
  shift: fc.boolean(),
  control: fc.boolean(),
  alt: fc.boolean(),
  pressure: fc.constantFrom(0.5, 0, 0.2, 1),
  clicks: fc.constantFrom(1, 1, 1, 2),
});
const commands: readonly ((context: ToolContext) => void)[] = [
  mergeSelected,
  fillSelected,
  deleteSelected,
  (context) => changeClass(context, 'artery'),
];
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('drag' as const),
      held,
      places: fc.array(place, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('key' as const),
      key: fc.constantFrom('Enter', 'Escape', 'Backspace', 'Delete', 'x'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hover' as const), place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('command' as const), command: fc.constantFrom(...commands) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('select' as const), ids: fc.subarray(['a', 'b', 'c', 'gone']) }),
  },
);

const objects = () => [square('a', 50, 50, 50), square('b', 90, 60, 60), square('c', 200, 100, 80, 'complete')];
const toolCount = makeTools(fakeContext()).length;

describe('every tool', () => {
  it('proposes only valid shapes on the slide, and each step can be undone', async () => {
    const steps = fc.array(fc.record({ tool: fc.nat(toolCount - 1), step }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom(0.05, 0.5, 1, 3),
        fc.constantFrom(2, 12, 40),
        async (all, scale, brush) => {
          const context = fakeContext({ ...SLIDE, objects: objects(), scale, brush });
          const tools = makeTools(context);
          for (const { tool: number, step: one } of all) {
            const tool = tools[number];
            if (tool === undefined) continue;
            if (one.kind === 'drag') {
              const [first, ...rest] = one.places;
              if (first === undefined) continue;
              tool.takes?.(pointer(first.x, first.y, one.held));
              tool.down(pointer(first.x, first.y, one.held));
              for (const { x, y } of rest) tool.move(pointer(x, y, one.held), true);
              const last = one.places.at(-1) ?? first;
              tool.up(pointer(last.x, last.y, one.held));
            } else if (one.kind === 'key') tool.key?.({ key: one.key, shift: false, control: false });
            else if (one.kind === 'hover') tool.move(pointer(one.place.x, one.place.y), false);
            else if (one.kind === 'cancel') tool.cancel();
            else if (one.kind === 'command') one.command(context);
            else context.select(one.ids);
          }
          // The wand's pixels come by promises.
          await new Promise((done) => setTimeout(done, 0));
          for (const { label, changes } of context.proposals) {
            editSchema.parse({ kind: 'change', label, changes });
            const ids = changes.map((change) => (change.kind === 'put' ? change.object.id : change.id));
            expect(new Set(ids).size, label).toBe(ids.length);
            for (const change of changes) {
              if (change.kind !== 'put') continue;
              expect(wrongWith(change.object.polygons, SLIDE), label).toBeUndefined();
              expect(polygonProblem(change.object.polygons), label).toBeUndefined();
            }
          }
          for (const sentence of context.said) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
          for (let i = 0; i < context.proposals.length; i++) context.undo();
          expect(context.objects()).toEqual(objects());
        },
      ),
      { numRuns: 150 },
    );
  });
});
