/**
 * Builds what ends `ftu` in time into build/Release/ftuseg_stop.node (with `--prebuilt`: into prebuilds/, for the package), or does nothing
 * when it is up to date. Without a compiler it says so: Ctrl-C then waits for whatever computes on the main thread.
 */
import { buildOptionalAddon } from '@ftuseg/files/scripts/compile-addon.mjs';

// Windows has other signals: there the event loop alone listens.
if (process.platform !== 'win32') {
  buildOptionalAddon({
    root: new URL('..', import.meta.url),
    name: 'ftuseg_stop',
    flags: ['-pthread', '-O2', '-D_POSIX_C_SOURCE=200809L', '-D_DEFAULT_SOURCE', '-D_DARWIN_C_SOURCE'],
    prebuilt: process.argv.includes('--prebuilt'),
    what: 'what ends ftu in time',
    without: 'Ctrl-C will wait for what computes on the main thread',
  });
}
