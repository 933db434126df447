/**
 * Builds the lock of an open file into build/Release/ftuseg_files.node (with `--prebuilt`: into prebuilds/, for the package), or does nothing
 * when it is up to date. Without a compiler it says so: a process that was killed is then known by its number, and on another host by its
 * silence.
 */
import { buildOptionalAddon } from './compile-addon.mjs';

// Windows has other locks; there process numbers decide.
if (process.platform !== 'win32') {
  buildOptionalAddon({
    root: new URL('..', import.meta.url),
    name: 'ftuseg_files',
    flags: ['-O2', '-D_FILE_OFFSET_BITS=64'],
    prebuilt: process.argv.includes('--prebuilt'),
    what: 'the lock of open files',
    without: 'process numbers decide who has a folder',
  });
}
