import { signal } from '@preact/signals';
import { expect, it, vi } from 'vitest';
import { createMemorySource } from '../../outlines/memory-source.js';
import { COMPLETE_AREA, type SlideObject } from '../../protocol/objects.js';
import type { OutlineLayer, SlideDetail } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import type { DocumentState } from './correct/document.js';
import { createMessages } from './messages.js';
import { createObjects } from './objects.js';
import type { SlidesState } from './slides.js';

const square = (id: string, name: string): SlideObject => ({
  id,
  class: name,
  polygons: [[[10, 10, 30, 10, 30, 30, 10, 30]]],
});

/** The objects of a slide whose layer is chosen by its id. */
function stateOf(layers: Readonly<Record<string, readonly SlideObject[]>>) {
  const layer = signal<OutlineLayer | undefined>(undefined);
  const changed = signal<ReadonlyMap<string, SlideObject | null>>(new Map());
  const size = { width: 100, height: 100 };
  const backend: Partial<Backend> = {
    outlines: (_, id) => createMemorySource(layers[id] ?? [], size),
    slideMeasures: () => new Promise(() => undefined),
  };
  const slides: Partial<SlidesState> = { detail: signal({ id: 's' } as SlideDetail) };
  const objects = createObjects({
    backend: backend as Backend,
    messages: createMessages(),
    slides: slides as SlidesState,
    layer,
    document: { changed } as unknown as DocumentState,
  });
  const show = async (id: string): Promise<void> => {
    layer.value = { id, kind: 'corrected', name: id, objects: layers[id]?.length ?? 0 };
    await vi.waitUntil(() => objects.rows.value?.find(layers[id]?.[0]?.id ?? '') === 0);
  };
  return { objects, changed, show };
}

it('drops a filter by a class that another prediction does not have', async () => {
  const { objects, show } = stateOf({
    two: [square('a', 'normal'), square('b', 'sclerotic')],
    one: [square('c', 'normal')],
  });
  await show('two');
  objects.className.value = 'normal';
  await show('one');
  expect(objects.className.value).toBe('normal');
  await show('two');
  objects.className.value = 'sclerotic';
  await vi.waitUntil(() => objects.order.value.length === 1);
  await show('one');
  expect(objects.className.value).toBeUndefined();
});

it('counts objects as edits left them, and areas not at all', async () => {
  const { objects, changed, show } = stateOf({ two: [square('a', 'normal'), square('b', 'sclerotic')] });
  expect(objects.count.value).toBeUndefined();
  await show('two');
  changed.value = new Map([
    ['a', null],
    ['d', square('d', 'normal')],
    ['e', square('e', COMPLETE_AREA)],
  ]);
  expect(objects.count.value).toBe(2);
});
