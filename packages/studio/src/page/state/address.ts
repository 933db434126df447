/** Where the page is, in the fragment of its address: reload and links come back to the same place. */

/** What is looked at. Coordinates are level-0 pixels. */
export interface View {
  readonly x: number;
  readonly y: number;
  /** CSS pixels per level-0 pixel. */
  readonly zoom: number;
  /** Degrees, clockwise, 0 to 360. */
  readonly rotation: number;
  readonly flipped: boolean;
}

export interface Address {
  readonly slide?: string | undefined;
  readonly view?: View | undefined;
}

const number = (text: string | null): number | undefined => {
  if (text === null || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
};

export const normalRotation = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** Whatever cannot be read is left out: a fragment is typed by people and cut by mail programs. */
export function parseAddress(fragment: string): Address {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const slide = fields.get('slide') ?? undefined;
  const [x, y] = [number(fields.get('x')), number(fields.get('y'))];
  const zoom = number(fields.get('zoom'));
  if (x === undefined || y === undefined || zoom === undefined || zoom <= 0) return { slide };
  const rotation = normalRotation(number(fields.get('rotation')) ?? 0);
  return { slide, view: { x, y, zoom, rotation, flipped: fields.get('flipped') === '1' } };
}

export function formatAddress({ slide, view }: Address): string {
  const fields = new URLSearchParams();
  if (slide !== undefined) fields.set('slide', slide);
  if (view !== undefined) {
    fields.set('x', view.x.toFixed(1));
    fields.set('y', view.y.toFixed(1));
    fields.set('zoom', String(Number(view.zoom.toPrecision(5))));
    if (view.rotation !== 0) fields.set('rotation', String(Number(view.rotation.toFixed(1))));
    if (view.flipped) fields.set('flipped', '1');
  }
  return `#${fields.toString()}`;
}
