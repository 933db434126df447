/** The page as a whole: slides left, the slide in the middle, panels right; in a narrow window the sides are drawers. */
import { HelpDialog } from '../help/help-dialog.js';
import { SlideList } from '../slides/slide-list.js';
import { Viewer } from '../viewer/viewer.js';
import type { App } from './app-context.js';
import { ConflictDialog } from './conflict-dialog.js';
import { Messages } from './messages.js';
import { Side } from './side.js';
import { StatusLine } from './status-line.js';
import { Toolbar } from './toolbar.js';

export function Page({ app }: { readonly app: App }) {
  const { studio } = app;
  const { drawer } = studio.appearance;
  return (
    <div class="page" data-drawer={drawer.value}>
      <Toolbar app={app} />
      <SlideList studio={studio} Tools={app.slideSource?.Tools} />
      <main class="middle">
        <Viewer studio={studio} Empty={app.slideSource?.Empty} />
        <Messages studio={studio} />
      </main>
      <Side app={app} />
      <StatusLine studio={studio} />
      {drawer.value !== 'none' && (
        <button
          type="button"
          class="drawer-ground"
          aria-label="Close the panel"
          onClick={() => {
            drawer.value = 'none';
          }}
        />
      )}
      <HelpDialog app={app} />
      <ConflictDialog studio={studio} />
    </div>
  );
}
