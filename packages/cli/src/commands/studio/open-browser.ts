/** Opens an address in the browser of whoever sits at the machine; where there is none, the address on the terminal will do. */
import { spawn } from 'node:child_process';
import process from 'node:process';

interface Opener {
  readonly program: string;
  readonly words: readonly string[];
}

/** @returns undefined where no window can be opened, as over SSH: `xdg-open` would start a browser for the terminal */
export function openerOf(
  address: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Opener | undefined {
  if (platform === 'darwin') return { program: 'open', words: [address] };
  // `start` takes its first quoted word for a title.
  if (platform === 'win32') return { program: 'cmd', words: ['/c', 'start', '""', address] };
  const hasScreen = (env.DISPLAY ?? '') !== '' || (env.WAYLAND_DISPLAY ?? '') !== '';
  return hasScreen ? { program: 'xdg-open', words: [address] } : undefined;
}

/** Does not wait; a failure is no error. */
export function openBrowser(address: string): void {
  const opener = openerOf(address, process.platform, process.env);
  if (opener === undefined) return;
  const child = spawn(opener.program, opener.words, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
