/** The help: what one does here, and every key, which can be changed on the spot. */
import type { App } from '../app/app-context.js';
import { Dialog } from '../app/dialog.js';
import { KeySettings } from '../keys/key-settings.js';

export function HelpDialog({ app }: { readonly app: App }) {
  const { dialog } = app.studio.appearance;
  const close = (): void => {
    dialog.value = 'none';
  };
  const version = app.studio.slides.session.value?.version;
  return (
    <Dialog title="Help and keys" open={dialog.value === 'help'} close={close}>
      <section class="help-words">
        <p>
          <strong>Move:</strong> drag the slide or use the arrow keys; the wheel, two fingers or + and - zoom; the small
          picture shows where you are. Hold Space to move while a tool is in use.
        </p>
        <p>
          <strong>Look:</strong> click an object to see its measures. The tab Layers shows and hides outlines, maps and
          truth; the tab Objects lists every object, and Enter goes to one.
        </p>
        <p>
          <strong>Correct:</strong> choose a tool and draw. Shift adds to an object, Ctrl takes away. Every step is
          saved at once and can be undone, also tomorrow.
        </p>
      </section>
      <KeySettings map={app.keys} labels={app.classKeys.value} />
      {version !== undefined && <p class="muted">ftuseg {version}</p>}
    </Dialog>
  );
}
