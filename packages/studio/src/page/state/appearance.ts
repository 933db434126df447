/** Light or dark, which panels are open, and which tab of the side is in front. */
import { effect, type Signal, signal } from '@preact/signals';
import { isOneOf, type Preferences } from './preferences.js';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const sideTabs = ['layers', 'objects', 'review', 'jobs'] as const;
export type SideTab = (typeof sideTabs)[number];

export interface Appearance {
  readonly theme: Signal<Theme>;
  readonly tab: Signal<SideTab>;
  /** Of a narrow window: the drawer that lies over the slide. */
  readonly drawer: Signal<'none' | 'slides' | 'side'>;
  readonly dialog: Signal<'none' | 'help'>;
}

export function createAppearance(preferences: Preferences, root: HTMLElement): Appearance {
  const theme = preferences.kept<Theme>('theme', 'system', isOneOf(themes));
  const tab = preferences.kept<SideTab>('tab', 'layers', isOneOf(sideTabs));
  effect(() => {
    // The style sheet follows the system where the attribute is not set.
    if (theme.value === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme.value;
  });
  return { theme, tab, drawer: signal('none'), dialog: signal('none') };
}
