/** The clock of a run: what is still to be done, how long it takes on this machine, and how much of that is left. */
import { clock } from '@ftuseg/train';
import { clockSeconds } from '../estimate/clocks.js';
import { expectedShare, startLoadMeter } from '../estimate/load.js';
import { isBusy, listen, openSpeeds } from '../estimate/open-speeds.js';
import type { Speeds } from '../estimate/speeds.js';
import { createSurvey } from '../estimate/survey.js';
import { threadsOf } from '../estimate/threads.js';
import type { EstimateContext, RunContext } from '../step-kind/step-kind.js';
import { createForecast, type ExpectedStep, type Forecast } from './forecast.js';
import { lookAhead } from './look-ahead.js';

export interface RunClock {
  readonly forecast: Forecast;
  readonly speeds: Speeds;
  readonly context: EstimateContext;
}

/** Those of the steps that will run, with their work. */
async function stillToRun(
  names: readonly string[],
  context: EstimateContext,
  trustCode: boolean,
): Promise<ExpectedStep[]> {
  const looked = await lookAhead(names, context, trustCode);
  return looked.filter(({ status }) => status !== 'kept').map(({ name, work }) => ({ name, work }));
}

/** Looks at everything that is to be done, and measures what is not known. */
export async function startRunClock(run: RunContext, names: readonly string[], trustCode: boolean): Promise<RunClock> {
  const threads = threadsOf(run);
  const load = await listen();
  const busy = isBusy(load, threads);
  const context = { ...run, survey: createSurvey(busy) };
  const works = (await stillToRun(names, context, trustCode)).flatMap(({ work }) => work ?? []);
  const speeds = await openSpeeds(works, threads, busy);
  const share = expectedShare(load, threads);
  return {
    forecast: createForecast({ speeds, threads, share, watch: startLoadMeter, now: clockSeconds }),
    speeds,
    context,
  };
}

/** Takes what is known now for what is still to come. @param names the step that begins, and those after it */
export async function beginStep({ forecast, context }: RunClock, names: readonly string[], trustCode: boolean) {
  const coming = await stillToRun(names, context, trustCode);
  forecast.expect(coming);
  const [name = ''] = names;
  return forecast.begin({ name, work: coming.find((step) => step.name === name)?.work });
}

/** The end of a progress line. */
export function leftOf(forecast: Forecast): string {
  const seconds = forecast.secondsLeft();
  return seconds === undefined ? '' : `  (the run: ${clock(seconds)} left${forecast.open() ? ' and more' : ''})`;
}
