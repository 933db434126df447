/** Light, dark, or as the system has it. */
import { type Appearance, type Theme, themes } from '../state/appearance.js';
import { IconButton, type IconName } from './icons.js';

const icons: Readonly<Record<Theme, IconName>> = { system: 'system', light: 'sun', dark: 'moon' };
const names: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' };

export function ThemeSwitch({ appearance }: { readonly appearance: Appearance }) {
  const now = appearance.theme.value;
  const next = themes[(themes.indexOf(now) + 1) % themes.length] ?? 'system';
  return (
    <IconButton
      icon={icons[now]}
      label={`Colours: ${names[now]}. Change to ${names[next]}`}
      press={() => {
        appearance.theme.value = next;
      }}
    />
  );
}
