/** What a prediction will take, said before it starts. */
import { sizeWords } from '../../../models/models-file.js';
import { PlanFacts } from '../../jobs/plan-facts.js';
import { numberText } from '../../slides/words.js';
import type { EstimateState } from './predict-state.js';
import { timeWords } from './time-words.js';

export function EstimateView({ estimate }: { readonly estimate: EstimateState }) {
  if (estimate.state === 'idle') return null;
  if (estimate.state === 'asking') return <p class="muted">Measuring some tiles …</p>;
  if (estimate.state === 'failed') return <p class="problem">{estimate.problem}</p>;
  const { tiles, background, seconds, bytes, tileSize, notes } = estimate.estimate;
  const rows = [
    [
      'Tiles',
      `${numberText(tiles)} of ${tileSize} px${background > 0 ? `, ${numberText(background)} more without tissue` : ''}`,
    ],
    ['Time', timeWords(seconds)],
    ['Memory', sizeWords(bytes)],
  ] as const;
  return <PlanFacts rows={rows} notes={notes} />;
}
