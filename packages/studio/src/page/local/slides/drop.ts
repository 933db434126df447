/** Files and folders that are dropped anywhere on the page. */

import { dropped } from './handles.js';
import type { Chosen } from './library.js';

/** @param take opens them */
export function listenToDrops(take: (chosen: readonly Chosen[]) => void): void {
  const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  const mark = (isOver: boolean): void => void document.body.classList.toggle('dropping', isOver);
  window.addEventListener('dragover', (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  window.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  window.addEventListener('drop', (event) => {
    mark(false);
    if (event.dataTransfer === null || !isFiles(event)) return;
    // The browser would open the file in place of the page.
    event.preventDefault();
    void dropped(event.dataTransfer).then(take);
  });
}
