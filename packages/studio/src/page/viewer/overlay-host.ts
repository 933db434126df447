/** Keeps a pane's overlay the same as the page's state: layers and styles, edits, selection, and what a tool sketches. */
import { effect } from '@preact/signals';
import type { OutlineLayer, SlideDetail } from '../../protocol/slides.js';
import { type PaneSide, shownOf } from '../layers/shown.js';
import type { Overlay } from '../overlay/overlay.js';
import type { Studio } from '../state/studio.js';

export interface OverlayHostOptions {
  readonly overlay: Overlay;
  readonly studio: Studio;
  readonly slide: SlideDetail;
  readonly side: PaneSide;
  /** Device pixels; read within an effect, so that another size styles anew. */
  readonly canvasWidth: () => number;
  readonly pixelRatio: () => number;
  readonly redraw: () => void;
}

/** Stands for what is drawn on a slide without a prediction: only edits are in it. */
const DRAWN: OutlineLayer = { id: 'drawn', kind: 'corrected', name: 'Drawn', objects: 0 };

/** @returns a function that ends it; the overlay itself is closed by who made it */
export function hostOverlay(options: OverlayHostOptions): () => void {
  const { overlay, studio, slide, side, canvasWidth, pixelRatio, redraw } = options;
  const { backend, layers, compare, slides, selection, tools } = studio;
  // Sources are given once they are first seen: what is never shown is never read.
  const givenOutlines = new Set<string>();
  const givenMaps = new Set<string>();
  const edited: { objects: unknown; ids: unknown; look: string | undefined } = {
    objects: undefined,
    ids: undefined,
    look: undefined,
  };
  overlay.onChange(redraw);

  const style = (): void => {
    const now = slides.detail.value ?? slide;
    if (now.id !== slide.id) return;
    const { outlines, maps } = shownOf({
      outlines: studio.correctedLayer.value === undefined ? [...now.outlines, DRAWN] : now.outlines,
      maps: now.maps,
      classes: slides.session.value?.classes ?? [],
      settingsOf: (layer) => layers.of(layer, studio.firstSettings(layer)),
      shown: layers.shown.value,
      filled: layers.filled.value,
      mode: compare.mode.value,
      compared: compare.compared.value,
      side,
      swipeAt: compare.swipe.value * canvasWidth(),
      canvasWidth: canvasWidth(),
      pixelRatio: pixelRatio(),
    });
    for (const id of givenOutlines) {
      if (!outlines.has(id) && givenOutlines.delete(id)) overlay.setOutlines(id, undefined);
    }
    for (const id of givenMaps) {
      if (!now.maps.some((layer) => layer.id === id) && givenMaps.delete(id)) overlay.setMap(id, undefined, slide);
    }
    for (const [id, one] of outlines) {
      if (one.visible && id !== DRAWN.id && !givenOutlines.has(id)) {
        givenOutlines.add(id);
        overlay.setOutlines(id, backend.outlines(slide.id, id));
      }
      if (givenOutlines.has(id)) overlay.styleOutlines(id, one);
    }
    for (const layer of now.maps) {
      const one = maps.get(layer.id);
      if (one === undefined) continue;
      if (one.visible && !givenMaps.has(layer.id)) {
        givenMaps.add(layer.id);
        overlay.setMap(layer.id, backend.map(slide.id, layer), slide);
      }
      if (givenMaps.has(layer.id)) overlay.styleMap(layer.id, one);
    }
    const corrected = studio.correctedLayer.value;
    const base = outlines.get(corrected?.id ?? DRAWN.id);
    const [objects, ids] = [studio.document.changedObjects.value, studio.document.changedIds.value];
    // A slider moves often: what was edited is handed over only when it changed.
    const look = JSON.stringify(base);
    if (base !== undefined && (objects !== edited.objects || look !== edited.look)) overlay.setEdited(objects, base);
    if (corrected !== undefined && givenOutlines.has(corrected.id) && ids !== edited.ids) {
      overlay.hide(corrected.id, ids);
      edited.ids = ids;
    }
    edited.objects = objects;
    edited.look = look;
  };
  const ends = [
    effect(style),
    effect(() => overlay.setSelection(selection.ids.value)),
    effect(() => overlay.setSketch(side === 'main' ? tools.sketch.value : undefined)),
  ];
  return () => {
    for (const end of ends) end();
  };
}
