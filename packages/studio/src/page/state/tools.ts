/** The tool in use, what it sketches, and what it draws with. The tools themselves know none of this. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Sketch, Tool } from '../tools/tool.js';
import { isNumberIn, type Preferences } from './preferences.js';

export interface ToolsState {
  readonly list: ReadonlySignal<readonly Tool[]>;
  /** Undefined: no slide is open. */
  readonly active: ReadonlySignal<Tool | undefined>;
  readonly sketch: ReadonlySignal<Sketch | undefined>;
  /** Screen pixels. */
  readonly brushRadius: Signal<number>;
  /** The class of what is drawn anew. */
  readonly activeClass: Signal<string>;
  /** The slide moves under the pointer while this is set, whatever the tool. */
  readonly panning: Signal<boolean>;
  readonly use: (name: string) => void;
  /** The tool that a press goes to: the active one, a named one, or the eraser for a pen's other end. */
  readonly inUse: (erasing: boolean, name?: string) => Tool;
  /** Gives the tools of a slide; the same tool stays in use. */
  readonly provide: (tools: readonly Tool[]) => void;
  readonly draw: (sketch: Sketch | undefined) => void;
}

export const MIN_BRUSH_RADIUS = 2;
export const MAX_BRUSH_RADIUS = 200;

/** What is in use at first: moving about and selecting. */
const FIRST = 'move';

/** While no slide is open a press means nothing. */
const IDLE: Tool = {
  name: FIRST,
  label: 'Move and select',
  cursor: 'default',
  down: () => undefined,
  move: () => undefined,
  up: () => undefined,
  cancel: () => undefined,
};

export function createTools(preferences: Preferences): ToolsState {
  const list = signal<readonly Tool[]>([]);
  const active = signal<Tool | undefined>(undefined);
  const sketch = signal<Sketch | undefined>(undefined);
  const brushRadius = preferences.kept('brush', 24, isNumberIn(MIN_BRUSH_RADIUS, MAX_BRUSH_RADIUS));

  const find = (name: string | undefined): Tool | undefined => list.peek().find((tool) => tool.name === name);
  const use = (name: string): void => {
    const next = find(name);
    if (next === undefined || next === active.peek()) return;
    active.peek()?.cancel();
    sketch.value = undefined;
    active.value = next;
  };
  return {
    list,
    active,
    sketch,
    brushRadius,
    activeClass: signal(''),
    panning: signal(false),
    use,
    inUse: (erasing, name) => (erasing ? find('eraser') : find(name)) ?? active.peek() ?? IDLE,
    provide: (tools) => {
      const name = active.peek()?.name ?? FIRST;
      active.peek()?.cancel();
      sketch.value = undefined;
      list.value = tools;
      active.value = find(name) ?? tools[0];
    },
    draw: (next) => {
      sketch.value = next;
    },
  };
}
