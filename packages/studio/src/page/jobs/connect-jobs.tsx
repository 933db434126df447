/** The panel of jobs in the page: what a finished job wrote becomes a layer, and is compared with what is corrected. */
import { computed } from '@preact/signals';
import type { ComponentType } from 'preact';
import { layerKey } from '../state/layers.js';
import type { Studio } from '../state/studio.js';
import type { JobsBackend } from './jobs-backend.js';
import { JobsPanel } from './jobs-panel.js';
import { createJobsState } from './jobs-state.js';

/**
 * @param backend where jobs are computed
 * @returns a component for the page's side
 */
export function jobsPanel(studio: Studio, backend: JobsBackend): ComponentType {
  const state = createJobsState({ backend, predicted: () => void studio.slides.refresh() });
  const compare = (prediction: string): void => {
    const { compare: view, appearance } = studio;
    const corrected = studio.correctedLayer.peek();
    view.left.value = corrected === undefined ? undefined : layerKey(corrected);
    view.right.value = `prediction:${prediction}`;
    if (view.mode.peek() === 'off') view.mode.value = 'side';
    // In a narrow window the slides are behind the drawer.
    appearance.drawer.value = 'none';
  };
  const corrects = computed(() => studio.slides.session.value?.corrects);
  return () => <JobsPanel state={state} compare={compare} corrects={corrects} />;
}
