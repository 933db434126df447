import { computed, signal } from '@preact/signals';
import { afterEach, expect, it, vi } from 'vitest';
import { type PreviewHost, showPreview } from './preview.js';

afterEach(() => vi.unstubAllGlobals());

it('begins its layer anew for other objects, not for progress, and ends it with the run', () => {
  vi.stubGlobal('window', { devicePixelRatio: 2 });
  const layers: string[] = [];
  const overlay = {
    setOutlines: (layer: string, source: unknown) => layers.push(`${layer} ${source === undefined ? 'off' : 'on'}`),
    styleOutlines: () => undefined,
  };
  const run = signal<{ readonly slide: string; readonly done: number } | undefined>(undefined);
  const preview = signal<PreviewHost['preview']['value']>([]);
  const slide = { id: 'a', width: 100, height: 100 };
  const classes = computed(() => [{ name: 'glomerulus', colour: [255, 0, 0] as const }]);
  showPreview({ overlay: signal(overlay), slide: signal(slide), classes, run, preview });
  run.value = { slide: 'a', done: 0 };
  layers.length = 0;
  const object = { id: 'x', class: 'glomerulus', polygons: [[[1, 1, 9, 1, 9, 9]]] };
  preview.value = [object];
  expect(layers).toEqual(['preview on']);
  for (let done = 1; done < 5; done++) run.value = { slide: 'a', done };
  expect(layers).toEqual(['preview on']);
  preview.value = [object, { ...object, id: 'y' }];
  expect(layers).toEqual(['preview on', 'preview on']);
  run.value = undefined;
  expect(layers.at(-1)).toBe('preview off');
});
