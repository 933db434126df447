/**
 * A name in the form in which names are compared: "è" is one character in a table that was typed, and two in the names of files as macOS writes them.
 *
 * @example
 * nameForm('e\u0300') === nameForm('\u00e8'); // true
 */
export const nameForm = (name: string): string => name.normalize('NFC');
