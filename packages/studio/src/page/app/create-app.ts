/** Joins the state to keys, tools and the window. */
import { computed, effect } from '@preact/signals';
import type { ActionName } from '../keys/actions.js';
import { attachKeys } from '../keys/attach-keys.js';
import { chordLabel } from '../keys/chord.js';
import { KeyListener } from '../keys/key-listener.js';
import { KeyMap } from '../keys/key-map.js';
import type { KeyStorage } from '../keys/overrides.js';
import { patientMove } from '../state/correct/patient-move.js';
import { createToolContext } from '../state/correct/tool-context.js';
import type { Studio } from '../state/studio.js';
import type { Tool } from '../tools/tool.js';
import { makeTools } from '../tools/toolbox.js';
import { endAction, isAction, runAction } from './actions.js';
import type { App } from './app-context.js';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function createApp(
  studio: Studio,
  storage: KeyStorage,
  parts: Pick<App, 'panels' | 'slideSource' | 'labels'>,
): App {
  const keys = new KeyMap(storage);
  const withPatience = (tool: Tool): Tool => (tool.name === 'move' ? patientMove(tool, studio) : tool);
  const slide = computed(() => studio.slides.detail.value?.id);
  // The same slide may be told anew, with more layers: tools begin again with another slide only.
  effect(() => {
    const detail = slide.value === undefined ? undefined : studio.slides.detail.peek();
    const context = detail === undefined ? undefined : createToolContext(studio, detail);
    studio.context.value = context;
    // While another slide is opened its predecessor's tools stay in the tool bar, so that nothing jumps.
    if (context !== undefined) studio.tools.provide(makeTools(context).map(withPatience));
  });
  effect(() => {
    const name = studio.slides.detail.value?.name;
    document.title = name === undefined ? 'ftuseg studio' : `${name} · ftuseg studio`;
  });
  const run = (action: string): boolean => isAction(action) && runAction(studio, action);
  attachKeys(
    new KeyListener(keys, {
      tool: (event) => studio.tools.active.peek()?.key?.(event) ?? false,
      act: run,
      release: (action: ActionName) => endAction(studio, action),
      focused: () => {
        const { activeElement } = document;
        return activeElement instanceof HTMLElement ? activeElement : undefined;
      },
      blocked: () => document.querySelector('dialog[open]') !== null,
    }),
  );
  window.addEventListener('beforeunload', (event) => {
    // What is not acknowledged would be lost with the window.
    if (studio.document.waiting.peek() > 0) event.preventDefault();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') studio.document.refresh();
  });
  return {
    studio,
    keys,
    run,
    titleOf: (action, label) => {
      const [chord] = isAction(action) ? keys.chords(action) : [];
      return chord === undefined ? label : `${label} (${chordLabel(chord, isMac)})`;
    },
    classKeys: computed(() => {
      const classes = studio.slides.session.value?.classes ?? [];
      return Object.fromEntries(classes.slice(0, 8).map(({ name }, i) => [`class-${i + 1}`, `Class ${name}`]));
    }),
    ...parts,
  };
}
