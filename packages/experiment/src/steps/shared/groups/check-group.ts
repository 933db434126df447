/** Whether the rows of a step have the column that it groups them by. Apart from `groupsOf`, so that no result depends on a check. */
import type { SlideRow } from '@ftuseg/slide';
import { atKey } from '../../../step-kind/settings-place.js';
import type { StepPlace } from '../../../step-kind/step-kind.js';
import { groupsOf } from './groups-of.js';

/** @throws {FtuError} `bad-input` with the line of `group` */
export const checkGroup = (place: StepPlace, rows: readonly SlideRow[], group: string | undefined): void =>
  atKey(place, ['group'], () => void groupsOf(rows, group));
