/** The page that works without a server: it loads everything, locks itself, then opens slides from the person's disk. */
import '../style/base.css';
import '../style/controls.css';
import '../style/layout.css';
import '../style/viewer.css';
import '../style/panels.css';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { OfferedModel } from '../../models/models-file.js';
import { sentenceOf } from '../state/messages.js';
import { createModels } from './predict/models.js';
import { loadAll } from './start/load.js';
import { openStudio } from './start/open-studio.js';
import { type StartState, StartView } from './start/start-view.js';
import StoreWorker from './store/store.worker.ts?worker&inline';
import type { StoreMethods } from './store/store-methods.js';
import { createCaller } from './worker/calls.js';

const root = document.getElementById('studio');
if (root !== null) {
  const now = signal<StartState>({ state: 'looking' });
  let chosen: (offered: readonly OfferedModel[]) => void = () => undefined;
  const Start = () => <StartView now={now.value} load={(offered) => chosen(offered)} />;
  render(<Start />, root);
  const show = (state: StartState): void => {
    now.value = state;
  };
  const start = async (): Promise<void> => {
    // Made before the page is locked, it keeps models that are loaded; all others inherit the lock.
    const early = createCaller<StoreMethods>(() => new StoreWorker());
    const loaded = await loadAll({
      models: createModels(early),
      show,
      choose: (offered) =>
        new Promise((resolve) => {
          chosen = resolve;
          show({ state: 'asking', offered });
        }),
    });
    early.close();
    await openStudio(root, loaded);
  };
  start().catch((error: unknown) => show({ state: 'stopped', problem: sentenceOf(error) }));
}
