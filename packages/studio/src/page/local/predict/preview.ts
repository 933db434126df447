/** Outlines of what is predicted already, where one looks, drawn over the slide until the finished layer is there. */
import { effect } from '@preact/signals';
import { createMemorySource } from '../../../outlines/memory-source.js';
import type { OutlineStyle } from '../../overlay/overlay.js';
import type { Studio } from '../../state/studio.js';
import type { PredictState } from './predict-state.js';

const LAYER = 'preview';

export function showPreview(studio: Studio, predict: PredictState): void {
  effect(() => {
    const [overlay, objects, slide] = [studio.overlay.value, predict.preview.value, studio.slides.detail.value];
    if (overlay === undefined) return;
    const isHere = slide !== undefined && predict.run.value?.slide === slide.id && objects.length > 0;
    overlay.setOutlines(LAYER, isHere ? createMemorySource(objects, slide) : undefined);
    if (!isHere) return;
    const classes = studio.slides.session.value?.classes ?? [];
    const style: OutlineStyle = {
      visible: true,
      opacity: 0.9,
      filled: false,
      lineWidth: 2 * window.devicePixelRatio,
      colours: Object.fromEntries(classes.map(({ name, colour }) => [name, colour])),
      dashed: true,
    };
    overlay.styleOutlines(LAYER, style);
  });
}
