/** The lowest line: where the pointer is, what the tool says, and whether everything is saved. */

import type { EditStatus } from '../../edits/edit-document.js';
import type { Studio } from '../state/studio.js';
import { coordinateText } from '../viewer/scale.js';

/** Where the edits are, in a few words. */
export function savingText(status: EditStatus, waiting: number, problem: string | undefined): string {
  const edits = waiting === 1 ? '1 edit' : `${waiting} edits`;
  // What waits is another slide's.
  if (status === 'saved') return waiting === 0 ? 'all saved' : `saving ${edits} of another slide`;
  if (status === 'saving') return `saving ${edits}`;
  if (status === 'offline') return `waiting for the server: ${edits}`;
  if (status === 'conflict') return `waiting for your choice: ${edits}`;
  return `not saved: ${edits}. ${problem ?? 'The server refused.'}`;
}

function Pointer({ studio }: { readonly studio: Studio }) {
  const point = studio.camera.pointer.value;
  const slide = studio.slides.detail.value;
  return (
    <span class="coordinates">
      {point !== undefined && slide !== undefined && coordinateText(point, slide.pixelSize)}
    </span>
  );
}

export function StatusLine({ studio }: { readonly studio: Studio }) {
  const { document } = studio;
  const status = document.status.value;
  return (
    <footer class="status">
      <Pointer studio={studio} />
      <span class="said" role="status">
        {studio.messages.status.value}
      </span>
      <span class="saving" data-state={status}>
        {savingText(status, document.waiting.value, document.problem.value)}
        {status === 'refused' && (
          <>
            <button type="button" class="button outlined" onClick={document.retry}>
              Send again
            </button>
            <button type="button" class="button outlined" onClick={document.discard}>
              Give up
            </button>
          </>
        )}
      </span>
    </footer>
  );
}
