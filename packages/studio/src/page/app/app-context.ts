/** What the parts of the page share beside its state: keys, actions, and the panels of the side. */
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { ActionName } from '../keys/actions.js';
import type { KeyMap } from '../keys/key-map.js';
import type { SideTab } from '../state/appearance.js';
import type { Studio } from '../state/studio.js';

export interface App {
  readonly studio: Studio;
  readonly keys: KeyMap;
  /** Does what a key or a button of that name does. @returns false: there is nothing to do now */
  readonly run: (action: string) => boolean;
  /** A name with its key: "Brush (B)". */
  readonly titleOf: (action: string, label: string) => string;
  /** What the number keys are called, by the session's classes. */
  readonly classKeys: ReadonlySignal<Readonly<Partial<Record<ActionName, string>>>>;
  /** Of a page that opens slides itself: above the list of slides, and where no slide is open. */
  readonly slideSource?: { readonly Tools: ComponentType; readonly Empty: ComponentType } | undefined;
  /** Names of tabs that say something else than usual. */
  readonly labels?: Readonly<Partial<Record<SideTab, string>>> | undefined;
  readonly panels: Readonly<Partial<Record<SideTab, ComponentType>>>;
}
