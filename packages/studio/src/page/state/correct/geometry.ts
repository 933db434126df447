/** Polygons of the objects in view, so that a tool finds them at once: read ahead when the view rests, dropped with the slide. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { SlideObject } from '../../../protocol/objects.js';
import type { OutlineLayer } from '../../../protocol/slides.js';
import type { ObjectRows } from '../../objects/rows.js';
import type { Overlay } from '../../overlay/overlay.js';
import type { Box } from '../camera.js';

/** More are in view only where none of them is larger than a few pixels. */
const MAX_READ_AHEAD = 2000;
const MAX_KEPT = 20_000;

export interface GeometryState {
  /** As edits left it; undefined: deleted, unknown, or not read yet. */
  readonly object: (id: string) => SlideObject | undefined;
  /** Counts up when more is known. */
  readonly version: ReadonlySignal<number>;
  readonly readAhead: (box: Box) => void;
  /** Reads what is missing of these; done when all of them are there, also those that were asked for before. */
  readonly need: (ids: Iterable<string>) => Promise<void>;
}

export interface GeometryOptions {
  readonly overlay: ReadonlySignal<Overlay | undefined>;
  readonly layer: ReadonlySignal<OutlineLayer | undefined>;
  readonly rows: ReadonlySignal<ObjectRows | undefined>;
  readonly changed: ReadonlySignal<ReadonlyMap<string, SlideObject | null>>;
}

export function createGeometry({ overlay, layer, rows, changed }: GeometryOptions): GeometryState {
  const known = new Map<string, SlideObject>();
  const asked = new Map<string, Promise<void>>();
  const version = signal(0);
  effect(() => {
    // Another overlay is another slide.
    if (overlay.value === undefined) {
      known.clear();
      asked.clear();
    }
  });

  const readOne = async (id: string): Promise<void> => {
    const [from, all, over] = [layer.peek()?.id, rows.peek(), overlay.peek()];
    const row = all?.find(id) ?? -1;
    if (from === undefined || all === undefined || over === undefined || row < 0) return;
    const polygons = await over.polygonsOf(from, id);
    if (polygons === undefined || overlay.peek() !== over) return;
    const [oldest] = known.size >= MAX_KEPT ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    known.set(id, { id, class: all.at(row).class, polygons });
  };
  const askFor = (id: string): Promise<void> => {
    const waiting = asked.get(id);
    if (waiting !== undefined) return waiting;
    const reading = readOne(id).finally(() => asked.delete(id));
    asked.set(id, reading);
    return reading;
  };
  const need = async (ids: Iterable<string>): Promise<void> => {
    const missing = [...ids].filter((id) => !known.has(id) && !changed.peek().has(id));
    if (missing.length === 0) return;
    // A chunk that cannot be read is said where it is drawn.
    await Promise.allSettled(missing.map(askFor));
    version.value += 1;
  };
  return {
    object: (id) => {
      const edited = changed.peek().get(id);
      return edited === null ? undefined : (edited ?? known.get(id));
    },
    version,
    readAhead: (box) => {
      const all = rows.peek();
      const inside = all?.meeting(box) ?? [];
      if (all === undefined || inside.length > MAX_READ_AHEAD) return;
      void need(inside.map((row) => all.at(row).id));
    },
    need,
  };
}
