/**
 * The machine's OpenSlide, if there is one. It is looked for by name when a slide first needs it, so that nothing depends on it; the addon that calls it
 * is compiled without its headers.
 */
import { loadAddon } from '@ftuseg/files';

/** What the addon says of an open slide; native/openslide/addon.c has the layout. */
export interface LibrarySlide {
  readonly slide: object;
  readonly levels: Float64Array;
  readonly properties: readonly string[];
  readonly associated: readonly string[];
  readonly sizes: Float64Array;
}

/** What native/openslide/addon.c exports. */
export interface OpenSlideAddon {
  load(name: string): string;
  open(path: string): Promise<LibrarySlide | undefined>;
  /** @param numbers x, y in level-0 pixels, level, width, height, background red, green, blue */
  readRegion(slide: object, out: Uint8Array, numbers: Float64Array): Promise<void>;
  /** @param numbers width, height, background red, green, blue */
  readAssociated(slide: object, name: string, out: Uint8Array, numbers: Float64Array): Promise<void>;
  close(slide: object): Promise<void>;
}

export interface OpenSlideLibrary {
  readonly addon: OpenSlideAddon;
  readonly version: string;
  /** By which it was found. */
  readonly name: string;
}

/** Of the library, the newest first. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  linux: ['libopenslide.so.1', 'libopenslide.so.0'],
  darwin: [
    'libopenslide.1.dylib',
    'libopenslide.0.dylib',
    '/opt/homebrew/lib/libopenslide.1.dylib',
    '/usr/local/lib/libopenslide.1.dylib',
  ],
};

let found: OpenSlideLibrary | string | undefined;

/**
 * FTUSEG_OPENSLIDE names another library, by its path; 0 turns it off, for those who want no foreign code in the process.
 * @returns why there is none, as a clause
 */
export function openSlideLibrary(): OpenSlideLibrary | string {
  found ??= find(process.env.FTUSEG_OPENSLIDE);
  return found;
}

function find(setting: string | undefined): OpenSlideLibrary | string {
  if (setting === '0') return 'FTUSEG_OPENSLIDE=0 turns it off';
  const addon = loadAddon<OpenSlideAddon>(new URL('../../..', import.meta.url), 'ftuseg_openslide');
  if (addon === undefined) return 'the addon that calls it is not built';
  const named = setting !== undefined && setting !== '';
  const names = named ? [setting] : (NAMES[process.platform] ?? []);
  let reason = 'it is not looked for on this system';
  for (const name of names) {
    try {
      return { addon, version: addon.load(name), name };
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      reason = named ? said : `there is no ${names.join(' or ')}`;
    }
  }
  return reason;
}

/**
 * Which OpenSlide reads the formats that have no reader of their own here, for `ftu doctor`.
 * @returns `missing`: why there is none
 * @example
 * openSlideLibraryInfo(); // { version: '4.0.1', name: 'libopenslide.so.1' }
 */
export function openSlideLibraryInfo():
  | { readonly version: string; readonly name: string }
  | { readonly missing: string } {
  const library = openSlideLibrary();
  return typeof library === 'string' ? { missing: library } : { version: library.version, name: library.name };
}
