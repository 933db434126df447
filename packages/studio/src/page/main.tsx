/** The page's first lines: what is rendered where, and what it speaks to. */
import './style/base.css';
import './style/controls.css';
import './style/layout.css';
import './style/viewer.css';
import './style/panels.css';
import { render } from 'preact';
import { Page } from './app/app.js';
import { createApp } from './app/create-app.js';
import { httpBackend } from './backend/http.js';
import { jobsPanel } from './jobs/connect-jobs.js';
import { httpJobs } from './jobs/jobs-backend.js';
import { createOverlay } from './overlay/create-overlay.js';
import { moduleWorker } from './overlay/prepare/module-worker.js';
import { httpReview } from './review/review-host.js';
import { studioReview } from './review/studio-review.js';
import { createAppearance } from './state/appearance.js';
import { createConnection } from './state/connection.js';
import { followServer } from './state/follow.js';
import { retryLateFailures } from './state/late-failures.js';
import { createMessages } from './state/messages.js';
import { browserStore, createPreferences } from './state/preferences.js';
import { createStudio, startStudio } from './state/studio.js';

const NO_WEBGL =
  'This browser has no WebGL2: outlines and maps cannot be drawn over the slide. This is the picture that the prediction painted.';

const root = document.getElementById('studio');
if (root !== null) {
  const messages = createMessages();
  const preferences = createPreferences(browserStore());
  const heard = (reached: boolean): void => connection.heard(reached);
  const backend = httpBackend({ heard });
  const connection = createConnection(backend.session);
  const studio = createStudio({
    backend,
    messages,
    connection,
    preferences,
    appearance: createAppearance(preferences, document.documentElement),
    makeOverlay: (canvas) => {
      const overlay = createOverlay(canvas, moduleWorker);
      if (overlay === undefined) throw new Error(NO_WEBGL);
      return overlay;
    },
    location: {
      read: () => window.location.hash,
      write: (fragment) => window.history.replaceState(null, '', fragment),
    },
  });
  const app = createApp(studio, window.localStorage, {
    panels: {
      review: studioReview(studio, httpReview({ heard })),
      jobs: jobsPanel(studio, httpJobs({ heard })),
    },
  });
  render(<Page app={app} />, root);
  const start = (): void => void startStudio(studio, window.location.hash);
  followServer(studio, start);
  retryLateFailures(connection.reached, messages, backend.session);
  start();
  window.addEventListener('hashchange', () => studio.goToAddress(window.location.hash));
}
