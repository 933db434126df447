/** Hands a file to the browser, which saves it where it saves downloads. */

/** Milliseconds until the browser has surely begun to save it. */
const KEPT = 60_000;

/** @returns what was saved, as a sentence */
export function save(data: Blob, name: string): string {
  const address = URL.createObjectURL(data);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
  return `${name} is in the folder of your downloads.`;
}
