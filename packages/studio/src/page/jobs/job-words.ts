/** What the panel says of jobs, plans and times. */
import type { JobState, JobView } from '../../jobs/job.js';
import type { JobPlan } from '../../jobs/plan.js';

/** `under a minute`, `about 4 minutes`, `about 1 h 20 min` */
export function timeText(seconds: number): string {
  if (seconds < 60) return 'under a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const rest = minutes % 60;
  return `about ${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

export const stateWords: Readonly<Record<JobState, string>> = {
  waiting: 'waits for its turn',
  running: 'computes',
  stopping: 'stops',
  stopped: 'stopped',
  failed: 'failed',
  done: 'done',
};

const stepWords: Readonly<Record<string, string>> = {
  data: 'Preparing the corrected slides',
  more: 'Preparing the other slides',
  network: 'Training',
  predictions: 'Predicting all slides',
};

/** What a job does now, with the time that is left. */
export function progressText({ state, progress }: JobView): string {
  const percent = `${Math.floor(100 * progress.share)} %`;
  const step = stepWords[progress.step] ?? (state === 'waiting' ? '' : 'Starting');
  const left =
    progress.secondsLeft === undefined || state !== 'running' ? '' : `${timeText(progress.secondsLeft)} left`;
  return [percent, step, left].filter((part) => part !== '').join(', ');
}

const area = (squareMillimetres: number): string =>
  squareMillimetres >= 0.1 ? `${squareMillimetres.toFixed(2)} mm²` : `${squareMillimetres.toPrecision(2)} mm²`;

/** The facts of a plan, each with its name; what does not belong to its kind is left out. */
export function planRows(plan: JobPlan): readonly (readonly [name: string, value: string])[] {
  const learns: (readonly [string, string])[] =
    plan.images === 0
      ? []
      : [
          ['Learns from', `${plan.slides} ${plan.slides === 1 ? 'slide' : 'slides'}`],
          ['Labelled objects', String(plan.objects)],
          ['Complete areas', String(plan.completeAreas)],
          ...(plan.backgroundMm2 === undefined ? [] : [['Known to be empty', area(plan.backgroundMm2)] as const]),
          ['Rejected or deleted', String(plan.refused)],
          ['Images seen', String(plan.images)],
        ];
  return [
    ...learns,
    ['Predicts', `${plan.predicts} ${plan.predicts === 1 ? 'slide' : 'slides'}`],
    ['Takes', plan.seconds === undefined ? 'no telling' : timeText(plan.seconds)],
  ];
}
