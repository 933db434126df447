/**
 * A level whose pictures lie where the scanner says, and not in one grid: they overlap, leave gaps, or are several scans on one glass. Any format
 * can place parts of any pages this way.
 */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a page and where it lies. All numbers are whole pixels of the level; the part lies inside the page. */
export interface PlacedTile<Page> {
  readonly page: Page;
  /** Upper left corner of the part in the page. */
  readonly from: { readonly x: number; readonly y: number };
  /** Upper left corner in the level; may lie outside. */
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
}

export interface PlacedTiles<Page> {
  /** Red, green and blue where no tile lies, 0 to 255. */
  readonly background: readonly [red: number, green: number, blue: number];
  /** Every page that tiles are parts of. */
  readonly pages: readonly Page[];
  /** The tiles that touch a window (others may be among them), in the order of painting: of two that overlap, the later one is seen. */
  tilesIn(window: Window): Iterable<PlacedTile<Page>>;
}

/** Tiles that are read at one time. */
const TILES_AT_ONCE = 16;

/** RGB of a part of a page. */
export type ReadPart<Page> = (page: Page, part: Window) => Promise<Uint8Array>;

/** RGB of a window of a level of placed tiles: width x height x 3. Holds the window and a few tiles. */
export async function readPlaced<Page>(
  { background, tilesIn }: Pick<PlacedTiles<Page>, 'background' | 'tilesIn'>,
  window: Window,
  read: ReadPart<Page>,
): Promise<Uint8Array> {
  const out = filled(background, window.width * window.height);
  let batch: Promise<() => void>[] = [];
  const paint = async (): Promise<void> => {
    // All of them end, also after a failure: none may go on reading behind the caller's back.
    for (const ended of await Promise.allSettled(batch)) {
      if (ended.status === 'rejected') throw ended.reason;
      ended.value();
    }
    batch = [];
  };
  for (const tile of tilesIn(window)) {
    const part = inside(tile, window);
    if (part === undefined) continue;
    const { x, y, width, height } = part;
    const from = { x: tile.from.x + x - tile.at.x, y: tile.from.y + y - tile.at.y, width, height };
    batch.push(read(tile.page, from).then((data) => () => paste(data, part, window, out)));
    if (batch.length === TILES_AT_ONCE) await paint();
  }
  await paint();
  return out;
}

/** What of a tile lies in a window, in pixels of the level. */
function inside({ at, width, height }: PlacedTile<unknown>, window: Window): Window | undefined {
  const [x, y] = [Math.max(at.x, window.x), Math.max(at.y, window.y)];
  const right = Math.min(at.x + width, window.x + window.width);
  const bottom = Math.min(at.y + height, window.y + window.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

function filled([red, green, blue]: PlacedTiles<unknown>['background'], pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  if (red === green && green === blue) return out.fill(red);
  for (let at = 0; at < out.length; at += 3) {
    out[at] = red;
    out[at + 1] = green;
    out[at + 2] = blue;
  }
  return out;
}

function paste(data: Uint8Array, part: Window, window: Window, out: Uint8Array): void {
  const bytes = part.width * 3;
  for (let row = 0; row < part.height; row++) {
    const to = ((part.y - window.y + row) * window.width + part.x - window.x) * 3;
    out.set(data.subarray(row * bytes, (row + 1) * bytes), to);
  }
}
