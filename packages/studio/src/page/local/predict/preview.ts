/** Outlines of what is predicted already, where one looks, drawn over the slide until the finished layer is there. */
import { computed, effect, type ReadonlySignal } from '@preact/signals';
import { createMemorySource } from '../../../outlines/memory-source.js';
import type { OutlineStyle, Overlay } from '../../overlay/overlay.js';
import type { StoredObject } from '../store/store-methods.js';

const LAYER = 'preview';

/** What of the page is looked at. */
export interface PreviewHost {
  readonly overlay: ReadonlySignal<Pick<Overlay, 'setOutlines' | 'styleOutlines'> | undefined>;
  /** The open one. */
  readonly slide: ReadonlySignal<{ readonly id: string; readonly width: number; readonly height: number } | undefined>;
  readonly classes: ReadonlySignal<
    readonly { readonly name: string; readonly colour: readonly [number, number, number] }[]
  >;
  readonly run: ReadonlySignal<{ readonly slide: string } | undefined>;
  /** Of the run. */
  readonly preview: ReadonlySignal<readonly StoredObject[]>;
}

export function showPreview(host: PreviewHost): void {
  // Not the run itself: its progress would begin the layer anew twice a second.
  const of = computed(() => host.run.value?.slide);
  effect(() => {
    const [overlay, objects, slide] = [host.overlay.value, host.preview.value, host.slide.value];
    if (overlay === undefined) return;
    const isHere = slide !== undefined && of.value === slide.id && objects.length > 0;
    overlay.setOutlines(LAYER, isHere ? createMemorySource(objects, slide) : undefined);
    if (!isHere) return;
    const style: OutlineStyle = {
      visible: true,
      opacity: 0.9,
      filled: false,
      lineWidth: 2 * window.devicePixelRatio,
      colours: Object.fromEntries(host.classes.value.map(({ name, colour }) => [name, colour])),
      dashed: true,
    };
    overlay.styleOutlines(LAYER, style);
  });
}
