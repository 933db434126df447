/** Everything that a key can do, with the keys it has at first: QuPath's where QuPath has one. */

export interface KeyAction {
  readonly name: string;
  readonly label: string;
  readonly group: 'Tools' | 'Objects' | 'History' | 'View' | 'Review';
  /** Chords, as `chordsOf` gives them. */
  readonly keys: readonly string[];
  /** Acts while the key is down, and ends with it. */
  readonly held?: boolean;
}

const row = <N extends string>(
  name: N,
  group: KeyAction['group'],
  label: string,
  keys: readonly string[],
): KeyAction & { readonly name: N } => ({ name, group, label, keys });

/** In the order of the help. The number keys of classes follow the session's list of classes. */
export const keyActions = [
  row('move', 'Tools', 'Move and select', ['M']),
  row('polygon', 'Tools', 'Polygon', ['P']),
  row('rectangle', 'Tools', 'Rectangle', ['R']),
  row('ellipse', 'Tools', 'Ellipse', ['O']),
  row('brush', 'Tools', 'Brush', ['B']),
  row('eraser', 'Tools', 'Eraser', ['E']),
  row('wand', 'Tools', 'Wand', ['W']),
  row('vertices', 'Tools', 'Vertices', ['V']),
  row('split', 'Tools', 'Split line', ['L']),
  { ...row('pan', 'Tools', 'Pan while held', ['Space']), held: true },
  row('brush-smaller', 'Tools', 'Smaller brush', ['[']),
  row('brush-larger', 'Tools', 'Larger brush', [']']),
  row('cancel', 'Tools', 'Cancel, then clear the selection', ['Escape']),
  row('next-object', 'Objects', 'Select the next object', ['N']),
  row('previous-object', 'Objects', 'Select the previous object', ['Shift+N']),
  row('zoom-to-object', 'Objects', 'Zoom to the selection', ['Z']),
  row('merge', 'Objects', 'Merge the selected objects', ['J']),
  row('fill-holes', 'Objects', 'Fill holes', ['Shift+H']),
  row('delete', 'Objects', 'Delete the selected objects', ['Delete', 'Backspace']),
  row('class-1', 'Objects', 'Class 1', ['1']),
  row('class-2', 'Objects', 'Class 2', ['2']),
  row('class-3', 'Objects', 'Class 3', ['3']),
  row('class-4', 'Objects', 'Class 4', ['4']),
  row('class-5', 'Objects', 'Class 5', ['5']),
  row('class-6', 'Objects', 'Class 6', ['6']),
  row('class-7', 'Objects', 'Class 7', ['7']),
  row('class-8', 'Objects', 'Class 8', ['8']),
  row('class-ignored', 'Objects', 'Ignored area', ['9']),
  row('class-complete', 'Objects', 'Complete area', ['0']),
  row('review', 'Review', 'Go to the review, or back to it', ['Q']),
  row('undo', 'History', 'Undo', ['Ctrl+Z']),
  row('redo', 'History', 'Redo', ['Ctrl+Shift+Z', 'Ctrl+Y']),
  row('pan-left', 'View', 'Move left', ['ArrowLeft']),
  row('pan-right', 'View', 'Move right', ['ArrowRight']),
  row('pan-up', 'View', 'Move up', ['ArrowUp']),
  row('pan-down', 'View', 'Move down', ['ArrowDown']),
  row('zoom-in', 'View', 'Zoom in', ['Plus', '=']),
  row('zoom-out', 'View', 'Zoom out', ['-']),
  row('home', 'View', 'Whole slide', ['Home']),
  row('rotate', 'View', 'Rotate by 90 degrees', ['Shift+R']),
  row('flip', 'View', 'Mirror left and right', ['Shift+F']),
  row('full-screen', 'View', 'Full screen', ['Shift+Enter']),
  row('next-slide', 'View', 'Next slide', ['PageDown']),
  row('previous-slide', 'View', 'Previous slide', ['PageUp']),
  row('snapshot', 'View', 'Snapshot as PNG', ['S']),
  row('hide', 'View', 'Hide or show all layers', ['H']),
  row('fill', 'View', 'Fill the outlines or not', ['F']),
  row('help', 'View', 'Help and keys', ['?']),
] as const;

export type ActionName = (typeof keyActions)[number]['name'];
