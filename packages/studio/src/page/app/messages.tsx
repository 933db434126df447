/** Sentences over the slide: what went wrong, with a way to try again, and that the server is gone. */
import type { Studio } from '../state/studio.js';
import { IconButton } from './icons.js';

export function Messages({ studio }: { readonly studio: Studio }) {
  const { messages, connection } = studio;
  // While nobody answers, that is said once.
  const shown = messages.list.value.filter(({ isSilence }) => connection.reached.value || !isSilence);
  return (
    <div class="messages" role="status" aria-live="polite">
      {!connection.reached.value && (
        <div class="message problem">
          <p>
            The studio does not answer. This page asks again by itself; your edits are kept here until it is back. If it
            was stopped, start <code>ftu studio</code> again.
          </p>
          <button type="button" class="button outlined" onClick={connection.askNow}>
            Ask now
          </button>
        </div>
      )}
      {shown.map(({ id, kind, text, retry }) => (
        <div key={id} class={kind === 'problem' ? 'message problem' : 'message'}>
          <p>{text}</p>
          {retry !== undefined && (
            <button
              type="button"
              class="button outlined"
              onClick={() => {
                messages.dismiss(id);
                retry();
              }}
            >
              Try again
            </button>
          )}
          <IconButton icon="close" label="Dismiss" press={() => messages.dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
