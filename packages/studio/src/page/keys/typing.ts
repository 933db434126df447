/** Whether a key belongs to the field that has the focus, so that writing a note never deletes an object. */

/** What of the focused element is asked for; a page's `HTMLElement` has all of it. */
export interface FocusedElement {
  readonly tagName: string;
  readonly isContentEditable?: boolean;
  readonly type?: string;
  readonly getAttribute?: (name: string) => string | null;
}

/** Fields without text: letters are free there. */
const withoutText: ReadonlySet<string> = new Set([
  'checkbox',
  'radio',
  'button',
  'submit',
  'reset',
  'range',
  'color',
  'file',
  'image',
]);

/** Keys that a control needs for itself. */
const pressed: ReadonlySet<string> = new Set([' ', 'Enter']);
const moved: ReadonlySet<string> = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

/** Roles whose elements are pressed, and those that arrows move in. */
const pressedRoles = /^(button|link|checkbox|switch|tab|radio|option|menuitem.*|row|gridcell|treeitem)$/;
const movedRoles = /^(slider|tab|radio|option|menuitem.*|row|gridcell|treeitem|grid|listbox|tree|separator)$/;
const textRoles = /^(textbox|searchbox|combobox|spinbutton)$/;

/** @returns true if the element with the focus uses the key itself: nothing else must act on it */
export function isTyping(element: FocusedElement | null | undefined, key: string): boolean {
  if (element === null || element === undefined) return false;
  const tag = element.tagName.toUpperCase();
  const role = element.getAttribute?.('role') ?? '';
  if (element.isContentEditable === true || tag === 'TEXTAREA' || tag === 'SELECT' || textRoles.test(role)) return true;
  const type = element.type?.toLowerCase() ?? '';
  if (tag === 'INPUT' && !withoutText.has(type)) return true;
  const isButton = tag === 'BUTTON' || tag === 'A' || tag === 'SUMMARY' || tag === 'INPUT' || pressedRoles.test(role);
  if (pressed.has(key)) return isButton;
  return moved.has(key) && ((tag === 'INPUT' && (type === 'range' || type === 'radio')) || movedRoles.test(role));
}
